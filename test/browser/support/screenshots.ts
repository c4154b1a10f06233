import path from 'node:path';

/** Where screenshots for looking at go. */
export const SCREENSHOTS = path.resolve(import.meta.dirname, '../../../out/screenshots');
