// Opens the topic that events go to, making it when it is missing.
import type { Clock } from '../kit/clock.ts'
import type { Log } from '../kit/log.ts'
import { untilAvailable } from '../kit/retry.ts'
import type { EventLog, EventLogWriter } from '../stores/event-log/event-log.ts'

/** A writer of the topic. Waits while the log cannot be reached; throws UnavailableError once the signal is aborted. */
export async function openTopic(
  events: EventLog,
  topic: string,
  partitions: number,
  context: { readonly clock: Clock; readonly log: Log; readonly signal: AbortSignal },
): Promise<EventLogWriter> {
  return untilAvailable(context, async () => {
    const present = await events.createTopic(topic, partitions)
    if (present !== partitions) {
      context.log.info(
        `topic ${topic} exists with ${present} partitions, not ${partitions}: it is used as it is`,
      )
    }
    return events.writer(topic)
  })
}
