"""RDS of ministack 1.5.33, made to tell of a real PostgreSQL: the one that the environment runs.

- The address of every PostgreSQL cluster and instance is 127.0.0.1 and that server's port.
- CreateDBCluster makes the first database of the cluster there, DeleteDBCluster drops it with the roles made in it.
- Subnets live in the other emulator: a subnet group takes any.
- What Terraform sets and ministack forgets is kept: log exports, the pause of a serverless cluster, the key of
  Performance Insights. Otherwise each plan would want to set it again.
- The managed password has the tags that RDS gives it:
  https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/rds-secrets-manager.html
"""

from collections.abc import Callable
from typing import Any

from ministack.core.responses import get_region
from ministack.services import rds, secretsmanager

from postgres_statements import StatementError, execute, port

DUPLICATE_DATABASE = "42P04"

DROP_ROLES = """DO $$ DECLARE name text; BEGIN
  FOR name IN SELECT rolname FROM pg_roles WHERE NOT rolsuper AND rolname !~ '^(pg|rds)_' LOOP
    EXECUTE format('DROP ROLE %I', name);
  END LOOP;
END $$"""

Record = dict[str, Any]
Params = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]

cluster_xml = rds._cluster_xml
instance_xml = rds._instance_xml
serverless_xml = rds._serverlessv2_xml
serverless_from_params = rds._serverlessv2_from_params
create_db_cluster = rds._create_db_cluster
delete_db_cluster = rds._delete_db_cluster


def is_postgres(record: Record) -> bool:
    return "postgres" in record["Engine"]


def whole_cluster_xml(cluster: Record) -> str:
    """The address is written at each answer, and not kept: another start may have another port."""
    exports = "".join(f"<member>{name}</member>" for name in cluster.get("EnabledCloudwatchLogsExports", []))
    added = f"<EnabledCloudwatchLogsExports>{exports}</EnabledCloudwatchLogsExports>"
    if not is_postgres(cluster):
        return cluster_xml(cluster) + added
    here = {"Endpoint": "127.0.0.1", "ReaderEndpoint": "127.0.0.1", "Port": port()}
    return cluster_xml({**cluster, **here}) + added


def whole_instance_xml(instance: Record) -> str:
    key = instance.get("PerformanceInsightsKMSKeyId")
    added = f"<PerformanceInsightsKMSKeyId>{key}</PerformanceInsightsKMSKeyId>" if key else ""
    if not is_postgres(instance):
        return instance_xml(instance) + added
    endpoint = {**instance.get("Endpoint", {}), "Address": "127.0.0.1", "Port": port()}
    return instance_xml({**instance, "Endpoint": endpoint}) + added


def serverless_with_pause(params: Params) -> Record | None:
    found = serverless_from_params(params)
    seconds = rds._p(params, "ServerlessV2ScalingConfiguration.SecondsUntilAutoPause")
    return {**found, "SecondsUntilAutoPause": int(seconds)} if found and seconds else found


def serverless_with_pause_xml(cluster: Record) -> str:
    seconds = (cluster.get("ServerlessV2ScalingConfiguration") or {}).get("SecondsUntilAutoPause")
    end = "</ServerlessV2ScalingConfiguration>"
    added = f"<SecondsUntilAutoPause>{seconds}</SecondsUntilAutoPause>" if seconds else ""
    return serverless_xml(cluster).replace(end, added + end)


def keep_of_cluster(cluster: Record, params: Params) -> None:
    """https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBCluster.html"""
    change = "CloudwatchLogsExportConfiguration"
    exports = set(cluster.get("EnabledCloudwatchLogsExports", []))
    exports |= set(rds._parse_member_list(params, "EnableCloudwatchLogsExports"))
    exports |= set(rds._parse_member_list(params, f"{change}.EnableLogTypes"))
    exports -= set(rds._parse_member_list(params, f"{change}.DisableLogTypes"))
    cluster["EnabledCloudwatchLogsExports"] = sorted(exports)


def keep_of_instance(instance: Record, params: Params) -> None:
    if key := rds._p(params, "PerformanceInsightsKMSKeyId"):
        instance["PerformanceInsightsKMSKeyId"] = key


def keeping(action: str, records: Any, name: str, keep: Callable[[Record, Params], None]) -> Callable[[Params], Answer]:
    """An action of ministack that keeps more of what it is told; the answer need not say it, Terraform asks again."""
    handler = rds._ACTION_MAP[action]

    def handle(params: Params) -> Answer:
        answer = handler(params)
        if answer[0] == 200 and (record := records.get(rds._p(params, name))):
            keep(record, params)
        return answer

    return handle


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def create_cluster_and_database(params: Params) -> Answer:
    answer = create_db_cluster(params)
    cluster = rds._clusters.get(rds._p(params, "DBClusterIdentifier"))
    if answer[0] != 200 or cluster is None or not is_postgres(cluster):
        return answer
    try:
        if cluster["DatabaseName"]:
            create_database(cluster["DatabaseName"])
    except (OSError, StatementError) as error:
        delete_db_cluster({"DBClusterIdentifier": cluster["DBClusterIdentifier"], "SkipFinalSnapshot": "true"})
        return rds._error("InternalFailure", str(error), 500)
    tag_password(cluster)
    return answer


def create_database(name: str) -> None:
    try:
        execute(f"CREATE DATABASE {quoted(name)}")
    except StatementError as error:
        if error.code != DUPLICATE_DATABASE:
            raise


def tag_password(cluster: Record) -> None:
    if not cluster["MasterUserSecret"]:
        return
    _, secret = secretsmanager._resolve(cluster["MasterUserSecret"]["SecretArn"], use_arn_scope=True)
    tags = {"aws:rds:primaryDBClusterArn": cluster["DBClusterArn"], "aws:secretsmanager:owningService": "rds"}
    secret["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]


def delete_cluster_and_database(params: Params) -> Answer:
    cluster = rds._clusters.get(rds._p(params, "DBClusterIdentifier"))
    answer = delete_db_cluster(params)
    if answer[0] != 200 or cluster is None or not is_postgres(cluster):
        return answer
    if cluster["DatabaseName"]:
        execute(f"DROP DATABASE IF EXISTS {quoted(cluster['DatabaseName'])} WITH (FORCE)")
        execute(DROP_ROLES)
    return answer


def any_subnets(subnet_ids: list[str]) -> tuple[list[Record], str]:
    zones = [f"{get_region()}{letter}" for letter in "abc"]
    members = [
        {
            "SubnetIdentifier": subnet_id,
            "SubnetAvailabilityZone": {"Name": zones[index % len(zones)]},
            "SubnetOutpost": {},
            "SubnetStatus": "Active",
        }
        for index, subnet_id in enumerate(subnet_ids)
    ]
    return members, "vpc-00000000"  # ministack's own word for one that it does not know


def close_gaps() -> None:
    rds._cluster_xml = whole_cluster_xml
    rds._instance_xml = whole_instance_xml
    rds._serverlessv2_xml = serverless_with_pause_xml
    rds._serverlessv2_from_params = serverless_with_pause
    rds._resolve_subnet_group_members = any_subnets
    actions = rds._ACTION_MAP
    actions["CreateDBCluster"] = create_cluster_and_database
    actions["DeleteDBCluster"] = delete_cluster_and_database
    for action in ("CreateDBCluster", "ModifyDBCluster"):
        actions[action] = keeping(action, rds._clusters, "DBClusterIdentifier", keep_of_cluster)
    for action in ("CreateDBInstance", "ModifyDBInstance"):
        actions[action] = keeping(action, rds._instances, "DBInstanceIdentifier", keep_of_instance)
