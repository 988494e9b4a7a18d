"""Counts the events of the lake: the smallest job."""

from pyspark.sql import SparkSession

spark = SparkSession.builder.appName("count").getOrCreate()
print(spark.read.parquet("s3://shop-curated/events/").count())
