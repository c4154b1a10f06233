import type { Command } from './command.ts';
import { exportCommand } from './exportCommand.ts';
import { locateCommand } from './locateCommand.ts';
import { openCommand } from './openCommand.ts';
import { runCommand } from './runCommand.ts';
import { serveCommand } from './serveCommand.ts';
import { statsCommand } from './statsCommand.ts';
import { tailCommand } from './tailCommand.ts';
import { traceCommand } from './traceCommand.ts';
import { tracesCommand } from './tracesCommand.ts';

/** In the order that help lists them. */
export const COMMANDS: readonly Command[] = [
  serveCommand,
  runCommand,
  tracesCommand,
  traceCommand,
  locateCommand,
  tailCommand,
  statsCommand,
  openCommand,
  exportCommand,
];
