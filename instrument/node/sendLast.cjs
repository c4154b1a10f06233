'use strict';
// The thread of exit.cjs: sends one body and says so when it was answered, or failed.
const http = require('node:http');
const { workerData } = require('node:worker_threads');

const { url, bytes, done, ms } = workerData;
const OPENS_JSON = 0x7b;

function settle() {
  Atomics.store(done, 0, 1);
  Atomics.notify(done, 0);
}

const type = bytes[0] === OPENS_JSON ? 'application/json' : 'application/x-protobuf';
const request = http.request(url, { method: 'POST', timeout: ms, headers: { 'content-type': type } }, (response) => {
  response.resume().on('close', settle);
});
request.on('error', settle);
request.end(bytes);
//# sourceURL=node:internal/spanline/sendLast
