// `windrow completion`: the script a shell needs to complete by TAB.
import type { Command } from 'commander'
import { createCommand } from '../kit/command.ts'

export const completionCommand = (): Command => createCommand('completion')
