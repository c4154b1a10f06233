#!/usr/bin/env node
import process from 'node:process';
import { endSignal, processTerminal } from './processTerminal.ts';
import { runCommandLine } from './runCommandLine.ts';

void runCommandLine(process.argv.slice(2), processTerminal(endSignal())).then((exitCode) => {
  process.exitCode = exitCode;
});
