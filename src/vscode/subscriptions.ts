import type * as vscode from 'vscode';

/** What lives as long as the extension: parts push what they create in the line that creates it. */
export type Subscriptions = vscode.ExtensionContext['subscriptions'];
