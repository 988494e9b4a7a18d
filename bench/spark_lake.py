"""A generated lake: `spark_lake.py <folder> <options as JSON>` writes `events/` and `visitors.txt`.

The same options give the same rows in the same files: every number comes from one seed. Prints what it has written.
"""

import json
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

SEED = 20_240_517
FIRST, LAST = np.datetime64("2024-01-01", "us"), np.datetime64("2024-04-01", "us")
SHOPS = 5
STORIES, PRODUCTS = 200, 1_000
"""Of each shop. The catalogue stays as it is when there are more events, and so does the number of shop months."""
PRODUCTS_OF_STORY = 50
EVENTS_OF_VISITOR = 20
VISITORS_PER_ERASED = 1_000
KINDS = (("view", 0.7), ("click", 0.2), ("add_to_cart", 0.06), ("purchase", 0.04))
WITHOUT_STORY = 0.05
THREADS = 2

SELECT = f"""
    SELECT make_timestamptz(micros) AS occurredAt, md5(concat('event-', event)) AS eventId,
        {[kind for kind, _ in KINDS]}[kind + 1] AS type, concat('shop-', shop) AS shopId,
        CASE WHEN story >= 0 THEN concat('story-', story) END AS contentId,
        CASE WHEN kind > 0 THEN concat('sku-', product) END AS productId,
        concat('v-', left(md5(visitor::VARCHAR), 16)) AS visitorId,
        CASE WHEN kind = 3 THEN quantity::INTEGER END AS quantity,
        CASE WHEN kind = 3 THEN (cents / 100)::DECIMAL(18, 4) END AS amount,
        CASE WHEN kind = 3 THEN if(event % 4 = 0, 'USD', 'EUR') END AS currency,
        concat('s-', visitor, '-', micros // 86400000000) AS sessionId
    FROM part ORDER BY micros, eventId
"""
"""Columns as lambdas/shared/curated-schema.ts has them, of the numbers in `part`."""

Numbers = dict[str, np.ndarray]


def numbers_of(events: int, share_of_first: float) -> Numbers:
    """Sorted by shop and time."""
    dice = np.random.default_rng(SEED)
    others = (1 - share_of_first) / (SHOPS - 1)
    shop = dice.choice(SHOPS, events, p=[share_of_first] + [others] * (SHOPS - 1))
    micros = dice.integers(FIRST.astype(np.int64), LAST.astype(np.int64), events)
    story = dice.integers(0, STORIES, events)
    # Each story has products of its own, some of them liked more than others.
    liked = (dice.random(events) ** 2 * PRODUCTS_OF_STORY).astype(np.int64)
    product = (story * 17 + liked) % PRODUCTS
    story[dice.random(events) < WITHOUT_STORY] = -1
    kind = dice.choice(len(KINDS), events, p=[share for _, share in KINDS])
    visitor = dice.integers(0, max(1, events // EVENTS_OF_VISITOR), events)
    quantity = dice.integers(1, 4, events)
    cents = dice.integers(100, 20_000, events)
    numbers = {
        "shop": shop,
        "micros": micros,
        "event": np.arange(events),
        "kind": kind,
        "story": story,
        "product": product,
    }
    numbers |= {"visitor": visitor, "quantity": quantity, "cents": cents}
    order = np.lexsort((micros, shop))
    return {name: values[order] for name, values in numbers.items()}


def parts_of(numbers: Numbers, files: int) -> Iterator[tuple[int, str, Numbers]]:
    """Shop, month and numbers of each file: about as many in each, as they follow each other in time."""
    events = len(numbers["micros"])
    months = numbers["micros"].astype("datetime64[us]").astype("datetime64[M]")
    changes = np.flatnonzero((np.diff(numbers["shop"]) != 0) | (np.diff(months) != np.timedelta64(0, "M"))) + 1
    bounds = [0, *changes.tolist(), events]
    for begin, end in pairwise(bounds):
        count = max(1, round(files * (end - begin) / events))
        for part in np.array_split(np.arange(begin, end), count):
            rows = slice(part[0], part[-1] + 1)
            shop, month = int(numbers["shop"][begin]), str(months[begin])
            yield shop, month, {name: values[rows] for name, values in numbers.items()}


def write(folder: Path, parts: Iterator[tuple[int, str, Numbers]]) -> dict[str, int]:
    with duckdb.connect(config={"threads": 1}) as connection, ThreadPoolExecutor(THREADS) as pool:
        connection.execute("SET TimeZone = 'UTC'")

        def write_one(source: int, shop: int, month: str, part: Numbers) -> int:
            path = folder / f"events/shop=shop-{shop}/month={month}" / f"{_name(source)}.parquet"
            path.parent.mkdir(parents=True, exist_ok=True)
            with connection.cursor() as cursor:
                cursor.register("part", part)
                cursor.execute(f"COPY ({SELECT}) TO '{path}' (FORMAT parquet, COMPRESSION snappy)")
                cursor.unregister("part")
            return path.stat().st_size

        sizes = list(pool.map(lambda item: write_one(item[0], *item[1]), enumerate(parts)))
    return {"files": len(sizes), "bytes": sum(sizes)}


def write_visitors(path: Path, events: int) -> int:
    """One in a thousand of the visitors, to be erased."""
    count = max(1, events // EVENTS_OF_VISITOR // VISITORS_PER_ERASED)
    with duckdb.connect() as connection:
        ids = connection.execute(
            "SELECT concat('v-', left(md5(i::VARCHAR), 16)) FROM range(?) AS t(i) ORDER BY i", [count]
        ).fetchall()
    path.write_text("".join(f"{visitor}\n" for (visitor,) in ids), "utf-8")
    return count


def _name(source: int) -> str:
    """Of a file: the pipeline's is a hash of where its rows are from."""
    return sha256(f"raw/{source}.ndjson.gz".encode()).hexdigest()[:32]


def main(folder: Path, options: dict[str, Any]) -> None:
    events = options["events"]
    found = write(folder, parts_of(numbers_of(events, options["shareOfFirstShop"]), options["files"]))
    print(json.dumps({**found, "visitors": write_visitors(folder / "visitors.txt", events)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))
