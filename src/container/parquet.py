"""Parquet bytes that depend on the content only: fixed format version, compression and page sizes, no metadata."""

from __future__ import annotations

import io

import pyarrow
import pyarrow.parquet


def parquet_bytes(table: pyarrow.Table) -> bytes:
    """The one Parquet file of a table."""
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(
        table.replace_schema_metadata(None),
        buffer,
        version="2.6",
        compression="zstd",
        compression_level=3,
        row_group_size=1 << 20,
        data_page_size=1 << 20,
        store_schema=False,
    )
    return buffer.getvalue()
