"""NDJSON to Parquet by one of Python's libraries: `pipeline_stage.py duckdb|pyarrow <file> <folder for the output>`."""

import json
import os
import re
import resource
import sys


def by_duckdb(source: str, target: str) -> int:
    import duckdb

    types = {"quantity": "INTEGER", "amount": "DECIMAL(18,4)", "occurredAt": "TIMESTAMP"}
    names = ["occurredAt", "eventId", "type", "shopId", "contentId", "productId", "visitorId"]
    columns = {name: types.get(name, "VARCHAR") for name in [*names, "quantity", "amount", "currency", "sessionId"]}
    connection = duckdb.connect(config={"threads": 1})
    read = f"read_json('{source}', format = 'newline_delimited', columns = {columns})"
    connection.execute(f"COPY (SELECT * FROM {read}) TO '{target}' (FORMAT parquet, COMPRESSION snappy)")
    return connection.execute(f"SELECT count(*) FROM '{target}'").fetchone()[0]


def by_pyarrow(source: str, target: str) -> int:
    import pyarrow as pa
    from pyarrow import json as reader
    from pyarrow import parquet

    types = {"quantity": pa.int32(), "amount": pa.decimal128(18, 4), "occurredAt": pa.timestamp("us", tz="UTC")}
    names = ["occurredAt", "eventId", "type", "shopId", "contentId", "productId", "visitorId"]
    names += ["quantity", "amount", "currency", "sessionId"]
    schema = pa.schema([(name, types.get(name, pa.string())) for name in names])
    pa.set_cpu_count(1)
    table = reader.read_json(
        source,
        read_options=reader.ReadOptions(use_threads=False, block_size=4 << 20),
        parse_options=reader.ParseOptions(explicit_schema=schema, unexpected_field_behavior="error"),
    )
    parquet.write_table(table, target, compression="snappy")
    return table.num_rows


def peak_mib() -> float:
    """Resident memory at its highest: of this program, not of what it was forked from (proc_pid_status(5))."""
    if os.path.exists("/proc/self/status"):
        with open("/proc/self/status") as status:
            return int(re.search(r"VmHWM:\s+(\d+) kB", status.read())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20


if __name__ == "__main__":
    library, source, folder = sys.argv[1:4]
    target = os.path.join(folder, f"{library}.parquet")
    rows = {"duckdb": by_duckdb, "pyarrow": by_pyarrow}[library](source, target)
    usage = resource.getrusage(resource.RUSAGE_SELF)
    print(json.dumps({"rows": rows, "cpuSeconds": usage.ru_utime + usage.ru_stime, "peakMiB": peak_mib()}))
