'use strict';
const net = require('node:net');

/**
 * Has servers of this process take no further requests: what they are answering goes on, and nothing is closed, so that the
 * program is told of nothing. For a process that ends in a moment.
 */
exports.takeNoMore = function takeNoMore() {
  if (typeof process._getActiveHandles !== 'function') return;
  for (const handle of process._getActiveHandles()) {
    if (handle instanceof net.Server) handle.on('connection', pause);
    // Of accepted connections only: exporters wait for answers on others.
    else if (handle instanceof net.Socket && handle.server instanceof net.Server) pause(handle);
  }
};

function pause(socket) {
  socket.pause();
}
//# sourceURL=node:internal/spanline/sockets
