const { handler } = require("./other_name.mjs");

exports.handler = handler ?? (async (event) => event);
