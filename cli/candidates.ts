// What may follow on a command line that is being typed: commands, options, values. Pure.
import type { Argument, Command, Option } from 'commander'
import { suggestionsOf } from '../kit/suggestions.ts'

export interface Candidate {
  /** The whole word. */
  readonly word: string
  readonly about: string
}

/** Names of files: the shell knows them better. */
export const FILES = 'files'

/** `words`: those behind the program's name; the last is the one that is being typed, and may be empty. */
export function candidates(
  root: Command,
  words: readonly string[],
): readonly Candidate[] | typeof FILES {
  const typed = words.at(-1) ?? ''
  const { command, operands, open } = walk(root, words.slice(0, -1))
  if (open !== undefined) return valuesOf(open, typed, '')
  const assigned = /^(--[\w-]+=)(.*)$/.exec(typed)
  if (assigned !== null) {
    const [, flag, value] = assigned
    const option = optionNamed(command, flag.slice(0, -1))
    return option === undefined ? [] : valuesOf(option, value, flag)
  }
  if (typed.startsWith('-')) return startingWith(typed, optionsOf(command, words))
  const { registeredArguments: known } = command
  const argument = known[operands] ?? (known.at(-1)?.variadic ? known.at(-1) : undefined)
  if (argument !== undefined) return valuesOf(argument, typed, '')
  return operands > 0 ? [] : startingWith(typed, commandsOf(command))
}

interface Place {
  readonly command: Command
  /** Arguments it has already. */
  readonly operands: number
  /** An option that waits for its value. */
  readonly open?: Option
}

function walk(root: Command, words: readonly string[]): Place {
  let [command, operands] = [root, 0]
  for (let at = 0; at < words.length; at++) {
    const word = words[at]
    const option = word.startsWith('-') ? optionNamed(command, word) : undefined
    if (option !== undefined && takesValue(option) && ++at === words.length)
      return { command, operands, open: option }
    if (word.startsWith('-')) continue
    const inner = operands > 0 ? undefined : command.commands.find((one) => one.name() === word)
    if (inner === undefined) operands++
    else command = inner
  }
  return { command, operands }
}

const takesValue = (option: Option): boolean => option.required || option.optional

const optionNamed = (command: Command, flag: string): Option | undefined =>
  command.options.find(({ long, short }) => flag === long || flag === short)

const commandsOf = (command: Command): Candidate[] =>
  command.commands.map((one) => ({ word: one.name(), about: one.summary() || one.description() }))

/** Those that are not there yet, and help. */
function optionsOf(command: Command, words: readonly string[]): Candidate[] {
  const left = command.options.filter(
    ({ long, variadic }) => variadic || !words.slice(0, -1).includes(long ?? ''),
  )
  return [
    ...left.map(({ long, short, description }) => ({
      word: long ?? short ?? '',
      about: description,
    })),
    { word: '--help', about: 'help, with examples' },
  ]
}

/** `before`: what stands before the value in the same word, such as `--by=`. */
function valuesOf(
  one: Option | Argument,
  typed: string,
  before: string,
): Candidate[] | typeof FILES {
  const { values, isList } = suggestionsOf(one)
  const placeholder = 'flags' in one ? one.flags : one.name()
  if (values.length === 0) return /\b(file|directory)\b/.test(placeholder) ? FILES : []
  const had = isList ? typed.slice(0, typed.lastIndexOf(',') + 1) : ''
  const chosen = had.split(',')
  const words = values
    .filter((value) => !chosen.includes(value))
    .map((value) => ({ word: before + had + value, about: '' }))
  return startingWith(before + typed, words)
}

const startingWith = (typed: string, all: readonly Candidate[]): Candidate[] =>
  all.filter(({ word }) => word.startsWith(typed))
