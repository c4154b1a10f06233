export function step<T>(label: string, work: () => T | Promise<T>): Promise<T>;
export function runVisibly(command: string, args: string[], env?: NodeJS.ProcessEnv, cwd?: string): Promise<void>;
export function dependenciesAreCurrent(folder?: string): boolean;
export function ensureDependencies(folder?: string): Promise<void>;
export function findOnPath(name: string): string | undefined;
export function findChromium(): string | undefined;
export function ensureChromium(): Promise<string>;
