"""One Splink job, run by `run` in the virtual environment that has Splink: CSV in, scored pairs out, one JSON line.

    splink_job.py RECORDS.csv MODEL.json PAIRS_OUT.csv THRESHOLD_WEIGHT

Cells are read as text, as gmpi reads them. The seconds are those of the work (read, predict, write), not of
starting Python and importing its libraries.
"""
import json
import logging
import resource
import sys
import time

import duckdb
import splink
from splink import DuckDBAPI, Linker


def columns_of(model):
    names = {model.get("unique_id_column_name", "unique_id")}
    with open(records, encoding="utf-8") as file:
        header = file.readline().rstrip("\n").split(",")
    text = json.dumps(model)
    return [name for name in header if name in names or f'{name}_l' in text or f'l.\\"{name}\\"' in text]


def cpu_seconds():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


records, model_path, pairs_out, threshold = sys.argv[1:5]
logging.disable(logging.WARNING)
with open(model_path, encoding="utf-8") as file:
    model = json.load(file)
wanted = ", ".join(f'"{name}"' for name in columns_of(model))

wall, cpu = time.monotonic(), cpu_seconds()
connection = duckdb.connect()
connection.execute("set enable_progress_bar = false")
connection.execute(
    f"create table people as select {wanted} from read_csv('{records}', all_varchar=true, header=true)")
if splink.__version__.startswith("4"):
    linker = Linker("people", model, db_api=DuckDBAPI(connection))
else:
    api = DuckDBAPI(connection)
    linker = Linker(api.register("people"), model)
pairs = linker.inference.predict(threshold_match_weight=float(threshold))
id_column = model.get("unique_id_column_name", "unique_id")
connection.execute(f"""copy (select {id_column}_l as id_l, {id_column}_r as id_r, match_weight, match_probability, match_key
                             from {pairs.physical_name}) to '{pairs_out}' (header, delimiter ',')""")
rows = connection.execute(f"select count(*) from {pairs.physical_name}").fetchone()[0]
print(json.dumps({
    "splink": splink.__version__,
    "duckdb": duckdb.__version__,
    "pairs_written": rows,
    "wall_seconds": time.monotonic() - wall,
    "cpu_seconds": cpu_seconds() - cpu,
    "peak_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024,
}))
