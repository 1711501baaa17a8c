"""The job of the page on migration in Spark Structured Streaming. Runs until it is killed; addresses come from the
environment."""
import os

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

BROKERS, EVENTS, REVENUE = (os.environ[name] for name in ('KAFKA_BROKERS', 'EVENTS', 'REVENUE'))
MYSQL = {
    'url': os.environ['JDBC_URL'],
    'dbtable': 'demographics',
    'user': os.environ['MYSQL_USER'],
    'password': os.environ['MYSQL_PASSWORD'],
}
CHECKPOINT = os.environ['CHECKPOINT']

spark = SparkSession.builder.config('spark.sql.session.timeZone', 'UTC').getOrCreate()

EVENT = """event_type STRING, user_id STRING, category STRING, quantity INT,
           unit_price DECIMAL(12, 2), event_time BIGINT"""
people = spark.read.format('jdbc').options(**MYSQL).load().select('user_id', 'country').cache()
revenue = (
    spark.readStream.format('kafka')
    .option('kafka.bootstrap.servers', BROKERS)
    .option('subscribe', EVENTS)
    .option('startingOffsets', 'earliest')
    .load()
    .select(f.from_json(f.col('value').cast('string'), EVENT).alias('event'))
    .select('event.*')
    .withColumn('event_time', f.timestamp_millis('event_time'))
    .withWatermark('event_time', '5 seconds')
    .where(f.col('event_type') == 'purchase')
    .join(f.broadcast(people), 'user_id', 'left')
    .fillna('unknown', ['country'])
    .groupBy(f.window('event_time', '10 seconds'), 'category', 'country')
    .agg(f.sum(f.col('quantity') * f.col('unit_price')).alias('revenue'))
    .select(f.struct('window.start', 'category', 'country', 'revenue').alias('point'))
)
(
    revenue.select(f.to_json('point').alias('value'))
    .writeStream.outputMode('append')
    .format('kafka')
    .option('kafka.bootstrap.servers', BROKERS)
    .option('topic', REVENUE)
    .option('checkpointLocation', CHECKPOINT)
    .start()
    .awaitTermination()
)
