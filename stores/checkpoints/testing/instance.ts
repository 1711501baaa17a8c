// For tests: an instance of a job that does nothing but save checkpoints while it holds the lease. It tells what it does on
// standard error; a checkpoint holds the epoch of its saver.
import { setTimeout as delay } from 'node:timers/promises'
import { systemClock } from '../../../kit/clock.ts'
import { allOrProblems } from '../../../kit/config.ts'
import { LostLeaseError } from '../../../kit/errors.ts'
import { silentLog } from '../../../kit/log.ts'
import { runProgram } from '../../../kit/program.ts'
import { untilAvailable } from '../../../kit/retry.ts'
import { openCheckpoints } from '../../open-checkpoints.ts'
import { storeSettings } from '../../settings.ts'

const say = (line: string) => process.stderr.write(`${line}\n`)

await runProgram(async (signal) => {
  const [settings] = allOrProblems(storeSettings(process.env))
  const store = await openCheckpoints(settings, 'instance')
  // One who wakes up with a request under way finds that it took too long, before it finds its answer.
  const retry = { clock: systemClock, log: silentLog, signal }
  const onWaiting = (holder: string) => say(`waits for ${holder}`)
  const lease = await store.acquire({ owner: `process ${process.pid}`, signal, onWaiting })
  const loaded = await store.load()
  say(`works in epoch ${lease.epoch} from checkpoint ${loaded?.number ?? 0}`)
  try {
    for (let number = lease.newestNumber + 1; !signal.aborted; number++) {
      await untilAvailable(retry, () => lease.confirm())
      await untilAvailable(retry, () => lease.save(number, Buffer.from(`${lease.epoch}`)))
      say(`saved ${number}`)
      await delay(20)
    }
    await lease.release()
  } catch (error) {
    if (!(error instanceof LostLeaseError)) throw error
    say(`lost: ${error.message}`)
  } finally {
    await store.close()
  }
})
