"""What boto3 makes of the server: one JSON object on stdout. Settings come from the environment."""

import json
import os
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

endpoint = os.environ["AWS_ENDPOINT_URL"]
client = boto3.client("secretsmanager", endpoint_url=endpoint, config=Config(retries={"total_max_attempts": 1}))


def code(call, **arguments):
    try:
        call(**arguments)
        return None
    except ClientError as error:
        return error.response["Error"]["Code"]


found = {}
one, two = str(uuid.uuid4()), str(uuid.uuid4())
name = "mm-bot/test/boto3"

created = client.create_secret(Name=name, SecretString="one", ClientRequestToken=one)
found["version"] = created["VersionId"] == one
client.put_secret_value(
    SecretId=name, SecretBinary=b"\x00\xff", ClientRequestToken=two, VersionStages=["AWSPENDING"]
)
read = client.get_secret_value(SecretId=created["ARN"], VersionStage="AWSPENDING")
found["binary"] = read["SecretBinary"] == b"\x00\xff"
found["date"] = read["CreatedDate"].tzinfo is not None
client.update_secret_version_stage(
    SecretId=name, VersionStage="AWSCURRENT", RemoveFromVersionId=one, MoveToVersionId=two
)
found["stages"] = client.describe_secret(SecretId=name)["VersionIdsToStages"] == {
    one: ["AWSPREVIOUS"],
    two: ["AWSCURRENT", "AWSPENDING"],
}
found["tagged"] = client.tag_resource(SecretId=name, Tags=[{"Key": "k", "Value": "v"}])[
    "ResponseMetadata"
]["HTTPStatusCode"]

for index in range(230):
    client.create_secret(Name=f"page/{index:03}")
pages = client.get_paginator("list_secrets").paginate(
    Filters=[{"Key": "name", "Values": ["page/"]}], PaginationConfig={"PageSize": 100}
)
found["pages"] = [len(page["SecretList"]) for page in pages]
try:
    batch = client.batch_get_secret_value(Filters=[{"Key": "name", "Values": ["mm-bot/"]}])
    found["batch"] = [each["Name"] for each in batch["SecretValues"]]
except AttributeError:
    found["batch"] = f"unknown to boto3 {boto3.__version__}"

found["errors"] = [
    code(client.get_secret_value, SecretId="missing"),
    code(client.create_secret, Name=name, SecretString="other", ClientRequestToken=one),
    code(client.delete_secret, SecretId=name, RecoveryWindowInDays=5),
    code(
        client.update_secret_version_stage,
        SecretId=name,
        VersionStage="AWSCURRENT",
        MoveToVersionId=one,
    ),
    code(client.list_secrets, NextToken="nonsense"),
]
client.delete_secret(SecretId=name)
found["errors"].append(code(client.get_secret_value, SecretId=name))
stranger = boto3.client(
    "secretsmanager", endpoint_url=endpoint, aws_secret_access_key="other", aws_access_key_id="test"
)
found["errors"].append(code(stranger.list_secrets))
found["identity"] = boto3.client("sts", endpoint_url=endpoint).get_caller_identity()["Arn"]

print(json.dumps(found))
