"""The benchmark's work in Spark Structured Streaming: broadcast join, windows in append mode, in
batches of a million events until the topic's present end. Arguments: topic, number of events, file
of people, topic of people (unused), words (`distinct` adds exact distinct users: streaming has no
countDistinct, so the size of a set)."""
import json
import os
import sys
import tempfile
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

EVENT = 'event_type STRING, user_id STRING, event_time TIMESTAMP'
PERSON = 'user_id STRING, gender STRING, age_group STRING, country STRING'

topic, _, people_file = sys.argv[1:4]
words = sys.argv[5:]
spark = SparkSession.builder.getOrCreate()
spark.sparkContext.setLogLevel('ERROR')

people = spark.read.schema(PERSON).json(people_file)
events = (
    spark.readStream.format('kafka')
    .option('kafka.bootstrap.servers', os.environ['KAFKA_BROKERS'])
    .option('subscribe', topic)
    .option('startingOffsets', 'earliest')
    .option('maxOffsetsPerTrigger', 1_000_000)
    .option('kafka.max.partition.fetch.bytes', 4 << 20)
    .option('kafka.max.poll.records', 10_000)
    .load()
    .select(f.from_json(f.col('value').cast('string'), EVENT).alias('event'))
    .select('event.*')
)
metrics = [f.count(f.lit(1)).alias('events')]
if 'distinct' in words:
    metrics.append(f.size(f.collect_set('user_id')).alias('users'))
windows = (
    events.withWatermark('event_time', '5 seconds')
    .join(f.broadcast(people), 'user_id', 'left')
    .fillna('unknown', ['gender', 'age_group', 'country'])
    .groupBy(f.window('event_time', '10 seconds'), 'event_type', 'gender', 'age_group', 'country')
    .agg(*metrics)
)

counted = 0


def add(batch, _):
    global counted
    counted += batch.agg(f.sum('events')).first()[0] or 0


with tempfile.TemporaryDirectory(prefix='bench-spark-') as checkpoint:
    started = time.monotonic()
    query = (
        windows.writeStream.outputMode('append')
        .option('checkpointLocation', checkpoint)
        .trigger(availableNow=True)
        .foreachBatch(add)
        .start()
    )
    query.awaitTermination()
    working_ms = round((time.monotonic() - started) * 1000)
    read = sum(progress.numInputRows for progress in query.recentProgress)
    state = spark.read.format('statestore').load(checkpoint)
    still_open = state.agg(f.sum('value.count')).first()[0] or 0

print(
    json.dumps(
        {
            'events': read,
            'counted': counted,
            'late': read - counted - still_open,
            'open': still_open,
            'workingMs': working_ms,
        }
    )
)
