require("no-such-package");

exports.handler = async (event) => event;
