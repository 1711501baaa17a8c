// What may stand for an argument or an option's value, for completion. What may not is told by the program's own checks.
import { Argument, Option } from 'commander'

interface Suggestions {
  readonly values: readonly string[]
  /** Several with commas between them. */
  readonly isList: boolean
}

const attached = new WeakMap<Argument | Option, Suggestions>()

/** An option whose value is mostly one of these; of a list, several with commas between them. */
export function optionOf(
  flags: string,
  description: string,
  values: readonly string[],
  isList = false,
): Option {
  const option = new Option(flags, description)
  attached.set(option, { values, isList })
  return option
}

/** An argument that is mostly one of these. */
export function argumentOf(name: string, description: string, values: readonly string[]): Argument {
  const argument = new Argument(name, description)
  attached.set(argument, { values, isList: false })
  return argument
}

export const suggestionsOf = (one: Argument | Option): Suggestions =>
  attached.get(one) ?? { values: one.argChoices ?? [], isList: false }
