export function ensurePython(): Promise<{ python: string } | { missing: string }>;
