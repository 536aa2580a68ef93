-- title: Launches and requests that cost money
-- step: 15
-- look for: large or accelerated instances, many regions within minutes, quota increases, models invoked
SELECT time, principal, name, outcome, error_code, region,
       coalesce(json_get_str(request, 'instanceType'), json_get_str(request, 'nodeType'),
                json_get_str(request, 'modelId'), json_get_str(request, 'serviceCode')) AS what,
       source_address
FROM events
WHERE base_name IN (
  'RunInstances', 'RequestSpotInstances', 'RequestSpotFleet', 'CreateFleet', 'CreateAutoScalingGroup',
  'UpdateAutoScalingGroup', 'RunTask', 'CreateService', 'CreateCluster', 'CreateNodegroup', 'CreateNotebookInstance',
  'CreateTrainingJob', 'CreateEndpoint', 'SubmitJob', 'CreateComputeEnvironment', 'RunJobFlow', 'CreateDBInstance',
  'RequestServiceQuotaIncrease', 'PurchaseReservedInstancesOffering', 'PurchaseSavingsPlan', 'CreateSavingsPlan',
  'InvokeModel', 'InvokeModelWithResponseStream', 'PutFoundationModelEntitlement', 'RegisterDomain', 'SendEmail')
ORDER BY time
