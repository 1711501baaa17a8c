import { describe, expect, test } from 'vitest'
import { allOrProblems, checkEnvironment, checkFlags, checkYaml, readYaml } from './config.ts'
import { durationSchema } from './duration.ts'
import { ConfigError } from './errors.ts'
import { z } from './zod.cjs'

const schema = z.strictObject({
  rate: z.int().min(1).max(100).default(10),
  arrivals: z.enum(['daily', 'steady']).default('daily'),
  every: durationSchema.default(5_000),
  store: z.strictObject({ path: z.string(), share: z.number().lt(1).default(0) }).optional(),
})
const problemsOf = (text: string) =>
  checkYaml('job.yaml', text, schema).problems.map(({ where, what }) => `${where} ${what}`)

describe('YAML', () => {
  test('of an empty file is all defaults', () => {
    expect(checkYaml('job.yaml', '', schema)).toEqual({
      value: { rate: 10, arrivals: 'daily', every: 5_000 },
      problems: [],
    })
  })

  test('is read', () => {
    const text = 'rate: 3\nevery: 1m\nstore:\n  path: here\n'
    expect(checkYaml('job.yaml', text, schema)).toMatchObject({
      value: { rate: 3, every: 60_000, store: { path: 'here', share: 0 } },
    })
  })

  test('tells every problem at once, each with file, line, what was expected and what was got', () => {
    const text = `# settings
rate: 0
arrivals: hourly

every: soon
store:
  share: 2
  paht: here
`
    expect(problemsOf(text)).toEqual([
      'job.yaml:2 rate: expected at least 1, got 0',
      'job.yaml:3 arrivals: expected one of daily, steady, got "hourly"',
      'job.yaml:5 every: expected a duration like "10s" or "5m", got "soon"',
      'job.yaml:6 store.path: expected a string, got nothing',
      'job.yaml:7 store.share: expected less than 1, got 2',
      'job.yaml:8 "paht" is not a setting; did you mean "path"?',
    ])
  })

  test('tells an unknown key with the nearest right one, or all that are allowed', () => {
    expect(problemsOf('arivals: daily')).toEqual([
      'job.yaml:1 "arivals" is not a setting; did you mean "arrivals"?',
    ])
    expect(problemsOf('\ncolour: red')).toEqual([
      'job.yaml:2 "colour" is not a setting; allowed: rate, arrivals, every, store',
    ])
  })

  test('that is none tells the line', () => {
    const [problem] = problemsOf('rate: 1\nevery: "5s\n')
    expect(problem).toMatch(/^job\.yaml:\d not valid YAML: /)
  })

  test('that is no mapping is refused', () => {
    expect(problemsOf('- 1\n- 2')).toHaveLength(1)
  })

  test('of a file that is not there says so', () => {
    expect(readYaml('/nowhere/job.yaml', schema).problems).toEqual([
      { where: '/nowhere/job.yaml', what: expect.stringContaining('cannot be read') },
    ])
  })
})

describe('the environment', () => {
  const variables = z.object({
    PORT: z.string().regex(/^\d+$/, 'expected a port').optional(),
    TOKEN: z.string().min(5, 'expected a longer token').optional(),
    HOST: z.string(),
  })
  const check = (environment: Record<string, string>) =>
    checkEnvironment(environment, variables, ['TOKEN'])

  test('names each variable at fault, what it was, and where it is described', () => {
    expect(check({ PORT: 'http' }).problems).toEqual([
      {
        where: 'PORT',
        what: 'expected a port, got "http" (variables are described in .env.example)',
      },
      {
        where: 'HOST',
        what: 'expected a string, it is not set (variables are described in .env.example)',
      },
    ])
  })

  test('never shows a secret', () => {
    const { problems } = check({ HOST: 'h', TOKEN: 'hush' })
    expect(problems).toHaveLength(1)
    expect(JSON.stringify(problems)).not.toContain('hush')
    expect(problems[0].what).toContain('got ******')
  })

  test('counts an empty variable as unset', () => {
    expect(check({ HOST: 'h', PORT: '' })).toEqual({ value: { HOST: 'h' }, problems: [] })
  })
})

test('flags are named as they are written', () => {
  const flags = z.object({ lateShare: z.number().max(1).optional(), time_zone: z.string() })
  expect(checkFlags({ lateShare: 2 }, flags).problems.map(({ where }) => where)).toEqual([
    '--late-share',
    '--time-zone',
  ])
})

test('problems of several sources come in one error', () => {
  const bad = checkYaml('a.yaml', 'rate: 0', schema)
  const worse = checkYaml('b.yaml', 'rate: x', schema)
  expect(() => allOrProblems(bad, worse)).toThrow(ConfigError)
  expect(() => allOrProblems(bad, worse)).toThrow(
    'The configuration is invalid (2 problems):\n' +
      '  • a.yaml:1: rate: expected at least 1, got 0\n' +
      '  • b.yaml:1: rate: expected a number, got "x"',
  )
  expect(allOrProblems(checkYaml('a.yaml', 'rate: 1', schema))[0].rate).toBe(1)
})
