// A provider of sign-in on this machine: whoever is named in `login_hint` has signed in there. Says its address, and
// ends with the program that started it.

import { OAuth2Server } from "oauth2-mock-server";

const server = new OAuth2Server();
const subjects = new Map();

server.service.on("beforeAuthorizeRedirect", ({ url }, request) => {
  subjects.set(url.searchParams.get("code"), request.query.login_hint);
});
server.service.on("beforeTokenSigning", (token, request) => {
  token.payload.sub = subjects.get(request.body.code);
});
await server.issuer.keys.generate("RS256");
await server.start(0, "127.0.0.1");
server.issuer.url = `http://127.0.0.1:${server.address().port}`;
console.log(server.issuer.url);
process.stdin.resume().on("end", () => process.exit());
