import { createHash } from 'node:crypto';
import { homedir, platform } from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** Folder of an extension's own files in VS Code's storage: `publisher.name`. */
const EXTENSION = 'spanline.spanline';
const EDITORS = ['Code', 'Code - Insiders', 'VSCodium', 'Cursor', 'Windsurf', 'code-oss-dev'];
const SERVERS = ['.vscode-server', '.vscode-server-insiders', '.vscode-remote', '.cursor-server'];

/** Where `spanline serve` keeps its store unless told: the place that the system has for data of programs. */
export function ownStorageFolder(env: Environment): string {
  const given = env['SPANLINE_STORAGE'];
  if (given !== undefined && given !== '') return given;
  if (platform() === 'win32')
    return path.join(env['LOCALAPPDATA'] ?? path.join(homedir(), 'AppData', 'Local'), 'Spanline');
  if (platform() === 'darwin') return path.join(homedir(), 'Library', 'Application Support', 'Spanline');
  const data = env['XDG_DATA_HOME'];
  return path.join(data === undefined || data === '' ? path.join(homedir(), '.local', 'share') : data, 'spanline');
}

/** Folders in which a running Spanline may hold its store: the command's own, then those of VS Code and its kin. */
export function storageFolders(env: Environment): readonly string[] {
  const given = env['SPANLINE_STORAGE'];
  if (given !== undefined && given !== '') return [given];
  const config =
    platform() === 'win32'
      ? (env['APPDATA'] ?? path.join(homedir(), 'AppData', 'Roaming'))
      : platform() === 'darwin'
        ? path.join(homedir(), 'Library', 'Application Support')
        : (env['XDG_CONFIG_HOME'] ?? path.join(homedir(), '.config'));
  const inStorage = ['User', 'globalStorage', EXTENSION];
  return [
    ownStorageFolder(env),
    ...EDITORS.map((editor) => path.join(config, editor, ...inStorage)),
    ...SERVERS.map((server) => path.join(homedir(), server, 'data', ...inStorage)),
    path.join(homedir(), '.local', 'share', 'code-server', ...inStorage),
  ];
}

/** Where what was read of the source in a folder is kept between runs, by the folder's path. */
export function indexCacheFile(env: Environment, folder: string): string {
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 32);
  return path.join(ownStorageFolder(env), 'codeIndex', `${name}.gz`);
}
