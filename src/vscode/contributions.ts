import { DEFAULT_NOISE_RULES } from '../core/noise/noiseRule.ts';

/** Every id of the manifest, typed; test/unit/vscode/contributions.test.ts holds package.json against it. */
export const COMMANDS = [
  'spanline.openPanel',
  'spanline.showLog',
  'spanline.startReceiver',
  'spanline.stopReceiver',
  'spanline.pause',
  'spanline.resume',
  'spanline.hideContent',
  'spanline.showContent',
  'spanline.filter',
  'spanline.clearFilter',
  'spanline.clear',
  'spanline.undoClear',
  'spanline.deleteAll',
  'spanline.retryJournal',
  'spanline.openTraceById',
  'spanline.openTraceFile',
  'spanline.exportTraces',
  'spanline.exportTrace',
  'spanline.openTrace',
  'spanline.openTraceToSide',
  'spanline.copyTraceId',
  'spanline.pinTrace',
  'spanline.unpinTrace',
  'spanline.hideTracesLikeThis',
  'spanline.whyThese',
  'spanline.editNoiseRules',
  'spanline.copySpanId',
  'spanline.copySpanName',
  'spanline.goToSource',
  'spanline.goToSourceToSide',
  'spanline.peekSource',
  'spanline.peekCall',
  'spanline.breakHere',
  'spanline.logHere',
  'spanline.copyReference',
  'spanline.findSimilar',
  'spanline.showFunctionSpans',
  'spanline.focusSpan',
  'spanline.nextError',
  'spanline.previousError',
  'spanline.find',
  'spanline.findNext',
  'spanline.findPrevious',
  'spanline.expandAll',
  'spanline.collapseAll',
  'spanline.followValue',
  'spanline.zoomToSpan',
  'spanline.zoomToFit',
  'spanline.copyEndpoint',
  'spanline.copyScheduleDelay',
  'spanline.runWithTracing',
  'spanline.explainSilentRun',
  'spanline.traceFunction',
  'spanline.stopTracingFunction',
  'spanline.tracedFunctions',
  'spanline.runService',
  'spanline.runFile',
  'spanline.addToEnvFile',
  'spanline.connectCompose',
  'spanline.contentRecording',
  'spanline.removeSdks',
  'spanline.runExample',
  'spanline.showStatusMenu',
  'spanline.restartEngine',
  'spanline.restartCodeIndex',
  'spanline.stopCodeIndex',
] as const;

export type CommandId = (typeof COMMANDS)[number];

/** Settings with their defaults; the keys' values here are what the manifest declares. */
export const SETTINGS = {
  'spanline.receiver.autostart': 'auto' as 'auto' | 'always' | 'never',
  'spanline.receiver.httpPort': 4318 as number,
  'spanline.receiver.grpcPort': 4317 as number,
  'spanline.receiver.reach': 'thisMachine' as string,
  'spanline.receiver.maxBodyMiB': 64 as number,
  'spanline.receiver.inFlightMiB': 256 as number,
  'spanline.receiver.maxConnections': 512 as number,
  'spanline.receiver.allowedHosts': [] as readonly string[],
  'spanline.launch.inject': 'ask' as 'ask' | 'debugSessions' | 'terminals' | 'off',
  'spanline.trace.functions': [] as readonly unknown[],
  'spanline.store.maxMiB': 512 as number,
  'spanline.journal.keepDays': 7 as number,
  'spanline.journal.maxMiB': 2048 as number,
  'spanline.redact.apiKeys': true as boolean,
  'spanline.redact.bearerTokens': true as boolean,
  'spanline.redact.passwords': true as boolean,
  'spanline.redact.cookies': true as boolean,
  'spanline.redact.email': false as boolean,
  'spanline.redact.keys': [] as readonly string[],
  'spanline.redact.values': [] as readonly string[],
  'spanline.noise.rules': DEFAULT_NOISE_RULES as Readonly<Record<string, unknown>>,
  'spanline.source.pathMappings': {} as Readonly<Record<string, string>>,
  'spanline.editor.hover': true as boolean,
  'spanline.editor.lens': true as boolean,
  'spanline.editor.inline': true as boolean,
  'spanline.panel.letterKeys': true as boolean,
  'spanline.waterfall.foldAlike': 20 as number,
  'spanline.waterfall.asgiMessages': 'marks' as 'marks' | 'rows',
  'spanline.panel.palette': 'theme' as 'theme' | 'colorBlind',
  'spanline.prices': {} as Readonly<Record<string, unknown>>,
} as const;

export type SettingId = keyof typeof SETTINGS;
export type SettingValue<K extends SettingId> = (typeof SETTINGS)[K];

/** Context keys that `when` clauses of the manifest read. */
export interface ContextKeys {
  'spanline.receiver': 'stopped' | 'starting' | 'listening' | 'portTaken' | 'failed';
  'spanline.listening': boolean;
  'spanline.paused': boolean;
  /** What went into and came out of calls is covered everywhere. */
  'spanline.contentHidden': boolean;
  'spanline.cleared': boolean;
  'spanline.panelOpen': boolean;
  /** The list is filtered. */
  'spanline.filtered': boolean;
  /** The file in the editor has functions on the list of traced ones. */
  'spanline.tracedFile': boolean;
  /** Lines of those functions, from 1. */
  'spanline.tracedLines': readonly number[];
  /** A program was started from here, and has sent nothing yet. */
  'spanline.awaiting': boolean;
}

export const CONTEXT_KEYS = [
  'spanline.receiver',
  'spanline.listening',
  'spanline.paused',
  'spanline.contentHidden',
  'spanline.cleared',
  'spanline.panelOpen',
  'spanline.filtered',
  'spanline.tracedFile',
  'spanline.tracedLines',
  'spanline.awaiting',
] as const satisfies readonly (keyof ContextKeys)[];

export const TRACES_VIEW = 'spanline.traces';
export const PANEL_TYPE = 'spanline.trace';
