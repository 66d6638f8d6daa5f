"""Where this server and the lambda host listen.

Imported before moto, which reads MOTO_PORT on import.
"""

import argparse
import os

_parser = argparse.ArgumentParser()
_parser.add_argument("--port", type=int, required=True)
_parser.add_argument("--lambda-host", required=True)
_given = _parser.parse_args()

PORT: int = _given.port
LAMBDA_HOST: str = _given.lambda_host
# moto reads a template's S3 URL as path-style only where it contains "localhost".
URL = f"http://localhost:{PORT}"

os.environ["MOTO_PORT"] = str(PORT)
