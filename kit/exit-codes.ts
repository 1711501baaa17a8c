// What the exit code of a program means: for the programs, `windrow help exit-codes` and the docs.

export const EXIT = { ok: 0, failed: 1, usage: 2, unavailable: 3, stopped: 130 } as const

/** Each code in words, in order. */
export const EXIT_CODES: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.ok, 'Done, and all is well. Also: stopped by Ctrl-C or SIGTERM, with everything saved.'],
  [
    EXIT.failed,
    'The answer is no (the books do not balance, the store differs, a world failed), or it failed: what it said tells why.',
  ],
  [
    EXIT.usage,
    'Wrong usage or configuration: nothing was done. Every problem is told, with its place.',
  ],
  [EXIT.unavailable, 'A store did not answer: the same command may do once it does.'],
  [EXIT.stopped, 'Stopped by Ctrl-C before the end, or twice, without waiting for anything.'],
]
