#!/usr/bin/env node
import process from 'node:process';
import { endSignals, processTerminal } from './processTerminal.ts';
import { runCommandLine } from './runCommandLine.ts';

void runCommandLine(process.argv.slice(2), processTerminal(endSignals())).then((exitCode) => {
  process.exitCode = exitCode;
});
