"""The benchmark's work in Spark Structured Streaming: broadcast join, windows in append mode, in
batches of at most a million events until the topic's present end. Arguments: topic, where the
steady part begins, events, file of people, topic of people (unused), words (`distinct` adds exact
distinct users: streaming has no countDistinct, so the size of a set)."""
import json
import os
import sys
import tempfile
import time

from pyspark.sql import SparkSession
from pyspark.sql import functions as f

EVENT = 'event_type STRING, user_id STRING, event_time TIMESTAMP'
PERSON = 'user_id STRING, gender STRING, age_group STRING, country STRING'

topic, from_events, to_events, people_file = sys.argv[1:5]
words = sys.argv[6:]
batch_events = min(1_000_000, int(from_events))
spark = SparkSession.builder.getOrCreate()
spark.sparkContext.setLogLevel('ERROR')

people = spark.read.schema(PERSON).json(people_file)
events = (
    spark.readStream.format('kafka')
    .option('kafka.bootstrap.servers', os.environ['KAFKA_BROKERS'])
    .option('subscribe', topic)
    .option('startingOffsets', 'earliest')
    .option('maxOffsetsPerTrigger', batch_events)
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
marks = []


def mark(events):
    cpu = spark._jvm.java.lang.ProcessHandle.current().info().totalCpuDuration().get().toMillis()
    marks.append((events, time.monotonic(), cpu / 1000))


def add(batch, batch_id):
    global counted
    counted += batch.agg(f.sum('events')).first()[0] or 0
    read = (batch_id + 1) * batch_events
    if not marks and read >= int(from_events):
        mark(read)


with tempfile.TemporaryDirectory(prefix='bench-spark-') as checkpoint:
    query = (
        windows.writeStream.outputMode('append')
        .option('checkpointLocation', checkpoint)
        .trigger(availableNow=True)
        .foreachBatch(add)
        .start()
    )
    query.awaitTermination()
    mark(int(to_events))
    read = sum(progress.numInputRows for progress in query.recentProgress)
    state = spark.read.format('statestore').load(checkpoint)
    still_open = state.agg(f.sum('value.count')).first()[0] or 0

(from_read, from_s, from_cpu_s), (to_read, to_s, to_cpu_s) = marks
steady = {
    'events': to_read - from_read,
    'ms': round((to_s - from_s) * 1000),
    'cpuS': to_cpu_s - from_cpu_s,
}
late = read - counted - still_open
result = {'events': read, 'counted': counted, 'late': late, 'open': still_open, 'steady': steady}
print(json.dumps(result))
