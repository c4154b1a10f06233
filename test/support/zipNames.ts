import fs from 'node:fs';

const END_RECORD = 0x06054b50;
const ENTRY = 0x02014b50;
const END_RECORD_BYTES = 22;

/**
 * The names in a zip file's central directory, sorted (APPNOTE 4.3.12, 4.3.16). Neither zip64 nor an archive comment is
 * expected: a .vsix has none.
 * @throws Error when the file does not end like a zip
 */
export function zipNames(file: string): string[] {
  const bytes = fs.readFileSync(file);
  const end = bytes.length - END_RECORD_BYTES;
  if (end < 0 || bytes.readUInt32LE(end) !== END_RECORD) {
    throw new Error(`${file} does not end like a zip file`);
  }
  const names: string[] = [];
  let at = bytes.readUInt32LE(end + 16);
  for (let left = bytes.readUInt16LE(end + 10); left > 0; left--) {
    if (bytes.readUInt32LE(at) !== ENTRY) {
      throw new Error(`${file} has a broken central directory`);
    }
    const nameBytes = bytes.readUInt16LE(at + 28);
    names.push(bytes.toString('utf8', at + 46, at + 46 + nameBytes));
    at += 46 + nameBytes + bytes.readUInt16LE(at + 30) + bytes.readUInt16LE(at + 32);
  }
  return names.sort();
}
