"""A script as it was before: secrets by name, written and read one after the other.

One JSON order on stdin, {"write": {name: value}} or {"read": [name]}; what was read, by name, on stdout. Settings come
from the environment.
"""

import json
import sys

import boto3

client = boto3.client("secretsmanager")
order = json.load(sys.stdin)

for name, value in order.get("write", {}).items():
    try:
        client.create_secret(Name=name, SecretString=value)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=name, SecretString=value)

read = {name: client.get_secret_value(SecretId=name)["SecretString"] for name in order.get("read", [])}
print(json.dumps(read))
