// Completion in the real shells: the script is read as people read it, then asked as TAB asks it.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const dir = mkdtempSync(join(tmpdir(), 'windrow-completion-'))
beforeAll(() => symlinkSync(join(import.meta.dirname, 'windrow.js'), join(dir, 'windrow')))
afterAll(() => rmSync(dir, { recursive: true, force: true }))

const hasShell = (name: string) => spawnSync(name, ['-c', 'exit 0']).status === 0

/** Runs a script in a shell that finds `windrow`; its lines. */
const linesOf = (shell: string, ...args: string[]): string[] =>
  execFileSync(shell, args, {
    cwd: dir,
    env: { PATH: `${dir}${delimiter}${process.env.PATH}`, HOME: dir, TERM: 'dumb' },
    encoding: 'utf8',
  })
    .split('\n')
    .filter((line) => line !== '')

/** `pieces`: the words as bash splits them, the last being typed. */
const inBash = (line: string, ...pieces: string[]) =>
  linesOf(
    'bash',
    ...['--norc', '-c'],
    `set -eu
    eval "$(windrow completion bash)"; eval "$(windrow completion bash)"
    COMP_LINE=$1 COMP_POINT=\${#1}; shift; COMP_WORDS=("$@") COMP_CWORD=$(($# - 1))
    _windrow; printf '%s\\n' "\${COMPREPLY[@]}"`,
    'bash',
    line,
    ...pieces,
  )

describe.skipIf(!hasShell('bash'))('bash', () => {
  test('completes commands, options, names and values', () => {
    expect(inBash('windrow st', 'windrow', 'st')).toEqual(['start', 'stream'])
    expect(inBash('windrow points --fo', 'windrow', 'points', '--fo')).toEqual(['--format'])
    expect(inBash('windrow why ', 'windrow', 'why', '')).toContain('revenue_by_category')
    expect(
      inBash('windrow points --by country,ge', 'windrow', 'points', '--by', 'country,ge'),
    ).toEqual(['country,gender'])
  })

  test('replaces only what follows an equals sign, where it splits words', () => {
    expect(inBash('windrow points --by=ca', 'windrow', 'points', '--by', '=', 'ca')).toEqual([
      'category',
    ])
    expect(inBash('windrow points --format=', 'windrow', 'points', '--format', '=')).toEqual([
      ...['table', 'json', 'csv'],
    ])
  })

  test('offers files where a file is meant', () => {
    expect(inBash('windrow seed --file ', 'windrow', 'seed', '--file', '')).toEqual(['windrow'])
  })
})

describe.skipIf(!hasShell('zsh'))('zsh', () => {
  const inZsh = (...words: string[]) =>
    linesOf(
      'zsh',
      ...['-fc'],
      `compdef() { }; _files() { print files }; _describe() { print -l -- "\${(@P)2}" }
      eval "$(windrow completion zsh)"; words=("$@"); CURRENT=$#; _windrow`,
      'zsh',
      ...words,
    )

  test('completes with what things are about', () => {
    expect(inZsh('windrow', 'str')).toEqual([expect.stringMatching(/^stream:the streaming job\\?/)])
    expect(inZsh('windrow', 'verify', '')).toContain('all')
    expect(inZsh('windrow', 'points', '--by=ca')).toEqual(['--by=category'])
    expect(inZsh('windrow', 'seed', '--file', '')).toEqual(['files'])
  })
})

describe.skipIf(!hasShell('fish'))('fish', () => {
  const inFish = (line: string) =>
    linesOf(
      'fish',
      '--no-config',
      '-c',
      'windrow completion fish | source; complete -C $argv',
      line,
    )

  test('completes with what things are about', () => {
    expect(inFish('windrow str')).toEqual([expect.stringMatching(/^stream\tthe streaming job/)])
    expect(inFish('windrow dead-letters list --reason fut')).toEqual(['future'])
    expect(inFish('windrow points --by=ca')).toEqual(['--by=category'])
    expect(inFish('windrow why ')).toContain('revenue_by_category')
    expect(inFish('windrow seed --file ')).toEqual(['windrow'])
  })
})
