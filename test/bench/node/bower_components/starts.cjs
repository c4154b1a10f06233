'use strict';
// Stands for a library, which its folder's name says.
exports.startsOf = function startsOf({ tracer, cpu }) {
  function deep(levels, name, spans) {
    if (levels > 0) return deep(levels - 1, name, spans);
    const began = cpu();
    for (let at = 0; at < spans; at++) tracer.startSpan(name).end();
    return (cpu() - began) / spans;
  }
  return { deep };
};
