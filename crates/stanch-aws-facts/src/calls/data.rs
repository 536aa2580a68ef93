//! Calls of S3, RDS, DynamoDB, KMS, Secrets Manager and other services that keep data: data and backups.
//!
//! Sorted by service and call. It must not know other services.

use crate::fact::{CallFact, Loss};

/// See the module.
pub(super) const CALLS: &[CallFact] = &[
    CallFact::creates("backup", "CreateBackupVault", "backup vault")
        .request("backupVaultName")
        .undone_by(&["DeleteBackupVault"]),
    CallFact::deletes("backup", "DeleteBackupVault", "backup vault")
        .request("backupVaultName")
        .loses(Loss::Backup),
    CallFact::deletes("backup", "DeleteRecoveryPoint", "recovery point")
        .request("recoveryPointArn")
        .loses(Loss::Backup),
    CallFact::creates("backup", "StartBackupJob", "recovery point").undone_by(&["DeleteRecoveryPoint"]),
    CallFact::creates("dynamodb", "CreateTable", "table")
        .request("tableName")
        .undone_by(&["DeleteTable"]),
    CallFact::deletes("dynamodb", "DeleteTable", "table")
        .request("tableName")
        .loses(Loss::Data),
    CallFact::creates("ecr", "CreateRepository", "repository")
        .request("repositoryName")
        .undone_by(&["DeleteRepository"]),
    CallFact::deletes("ecr", "DeleteRepository", "repository")
        .request("repositoryName")
        .loses(Loss::Data),
    CallFact::creates("elasticfilesystem", "CreateFileSystem", "file system")
        .request("fileSystemId")
        .undone_by(&["DeleteFileSystem"]),
    CallFact::deletes("elasticfilesystem", "DeleteFileSystem", "file system")
        .request("fileSystemId")
        .loses(Loss::Data),
    CallFact::creates("kms", "CreateKey", "KMS key")
        .response("keyMetadata/keyId")
        .undone_by(&["ScheduleKeyDeletion"]),
    CallFact::deletes("kms", "ScheduleKeyDeletion", "KMS key")
        .request("keyId")
        .undone_by(&["CancelKeyDeletion"])
        .loses(Loss::Data),
    CallFact::creates("rds", "CreateDBCluster", "database cluster")
        .request("dBClusterIdentifier")
        .undone_by(&["DeleteDBCluster"]),
    CallFact::creates("rds", "CreateDBClusterSnapshot", "database cluster snapshot")
        .request("dBClusterSnapshotIdentifier")
        .undone_by(&["DeleteDBClusterSnapshot"]),
    CallFact::creates("rds", "CreateDBInstance", "database")
        .request("dBInstanceIdentifier")
        .undone_by(&["DeleteDBInstance"]),
    CallFact::creates("rds", "CreateDBSnapshot", "database snapshot")
        .request("dBSnapshotIdentifier")
        .undone_by(&["DeleteDBSnapshot"]),
    CallFact::deletes("rds", "DeleteDBCluster", "database cluster")
        .request("dBClusterIdentifier")
        .loses(Loss::Data),
    CallFact::deletes("rds", "DeleteDBClusterSnapshot", "database cluster snapshot")
        .request("dBClusterSnapshotIdentifier")
        .loses(Loss::Backup),
    CallFact::deletes("rds", "DeleteDBInstance", "database")
        .request("dBInstanceIdentifier")
        .loses(Loss::Data),
    CallFact::deletes(
        "rds",
        "DeleteDBInstanceAutomatedBackup",
        "automated backup of a database",
    )
    .loses(Loss::Backup),
    CallFact::deletes("rds", "DeleteDBSnapshot", "database snapshot")
        .request("dBSnapshotIdentifier")
        .loses(Loss::Backup),
    CallFact::creates("s3", "CreateBucket", "bucket")
        .request("bucketName")
        .undone_by(&["DeleteBucket"]),
    CallFact::deletes("s3", "DeleteBucket", "bucket")
        .request("bucketName")
        .loses(Loss::Data),
    CallFact::deletes("s3", "DeleteObject", "object")
        .request("key")
        .loses(Loss::Object),
    CallFact::deletes("s3", "DeleteObjects", "objects")
        .request("bucketName")
        .loses(Loss::Batch),
    CallFact::creates("s3", "PutObject", "object")
        .request("key")
        .undone_by(&["DeleteObject"]),
    CallFact::creates("secretsmanager", "CreateSecret", "secret")
        .request("name")
        .undone_by(&["DeleteSecret"]),
    CallFact::deletes("secretsmanager", "DeleteSecret", "secret")
        .request("secretId")
        .undone_by(&["RestoreSecret"])
        .loses(Loss::Data),
    CallFact::deletes("ssm", "DeleteParameter", "parameter")
        .request("name")
        .loses(Loss::Plumbing),
    CallFact::creates("ssm", "PutParameter", "parameter")
        .request("name")
        .undone_by(&["DeleteParameter"]),
];
