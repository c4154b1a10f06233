// In place of @vscode/spdlog, which would have to be compiled: the part VS Code calls, writing the same log files.
const fs = require('node:fs');
const path = require('node:path');

const LEVELS = ['trace', 'debug', 'info', 'warning', 'error', 'critical'];

class Logger {
  constructor(_type, _name, file) {
    this.file = file;
    this.level = 2;
    this.raw = false;
    if (file) {
      fs.mkdirSync(path.dirname(file), { recursive: true });
    }
  }

  write(level, message) {
    if (level < this.level || !this.file) {
      return;
    }
    try {
      const line = `${new Date().toISOString()} [${LEVELS[level]}] ${message}\n`;
      fs.appendFileSync(this.file, this.raw ? message : line);
    } catch {
      // The folder is gone once a run is being cleaned up; a lost log line must not end the server.
    }
  }

  trace(message) {
    this.write(0, message);
  }
  debug(message) {
    this.write(1, message);
  }
  info(message) {
    this.write(2, message);
  }
  warn(message) {
    this.write(3, message);
  }
  error(message) {
    this.write(4, message);
  }
  critical(message) {
    this.write(5, message);
  }
  getLevel() {
    return this.level;
  }
  setLevel(level) {
    this.level = level;
  }
  clearFormatters() {
    this.raw = true;
  }
  setPattern() {}
  flush() {}
  drop() {}
}

exports.version = 0;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.Logger = Logger;
exports.createRotatingLogger = exports.createAsyncRotatingLogger = async (name, file) => new Logger('', name, file);
