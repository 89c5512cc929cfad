// A trigger in the style of callbacks; `userName` says which.

const styles = {
  callback: (event, context, callback) => setTimeout(() => callback(null, event), 5),
  callbackError: (event, context, callback) => callback(new TypeError("no tenant")),
  callbackText: (event, context, callback) => callback("denied"),
  callbackTwice: (event, context, callback) => {
    callback(null, "first");
    callback(null, "second");
  },
  callbackAndOpenTimer: (event, context, callback) => {
    setInterval(() => {}, 1000);
    callback(null, event);
  },
  callbackWithoutWaiting: (event, context, callback) => {
    context.callbackWaitsForEmptyEventLoop = false;
    setInterval(() => {}, 1000).unref();
    callback(null, event);
  },
  done: (event, context) => context.done(null, event),
  succeed: (event, context) => context.succeed(event),
  fail: (event, context) => context.fail(new Error("refused")),
  saysNothing: () => {},
};

exports.handler = (event, context, callback) => styles[event.userName](event, context, callback);
exports.contextOnly = (event, context) => styles[event.userName](event, context);
