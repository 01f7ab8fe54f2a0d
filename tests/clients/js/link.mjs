// An app built on openid-client, driven by test_openid_client.py: everything it knows of the
// network it reads from discovery. One line of JSON comes in with the app, one with the callback;
// one line goes out with where the consumer has to go, one with what the app got to know.
import { createInterface } from 'node:readline';
import * as client from 'openid-client';

const lines = createInterface({ input: process.stdin })[Symbol.asyncIterator]();
const read = async () => JSON.parse((await lines.next()).value);
const write = (line) => process.stdout.write(`${JSON.stringify(line)}\n`);

const app = await read();

async function authentication() {
  if (app.jwk === undefined) return client[app.method](app.secret);
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256' };
  const key = await crypto.subtle.importKey('jwk', app.jwk, algorithm, false, ['sign']);
  return client.PrivateKeyJwt({ key, kid: app.jwk.kid });
}

const config = await client.discovery(
  new URL(app.issuer),
  app.id,
  undefined,
  await authentication(),
  { execute: [client.allowInsecureRequests], algorithm: app.discovery }, // http on loopback
);
client.enableNonRepudiationChecks(config); // also verify the signature of every id_token

const verifier = client.randomPKCECodeVerifier();
const expected = {
  pkceCodeVerifier: verifier,
  expectedState: client.randomState(),
  expectedNonce: client.randomNonce(),
  idTokenExpected: true,
};
const request = {
  connector: 'mikomo',
  redirect_uri: app.redirectUri,
  scope: 'openid offline_access profile email',
  state: expected.expectedState,
  nonce: expected.expectedNonce,
  code_challenge: await client.calculatePKCECodeChallenge(verifier),
  code_challenge_method: 'S256',
};
const location = app.push
  ? await client.buildAuthorizationUrlWithPAR(config, request)
  : client.buildAuthorizationUrl(config, request);
write({ location: location.href });

const tokens = await client.authorizationCodeGrant(config, new URL(await read()), expected);
const subject = tokens.claims().sub;
const userinfo = await client.fetchUserInfo(config, tokens.access_token, subject);
const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token);

const product = async (token) => {
  const url = new URL(`${app.issuer}/balances/v2/mikomo`);
  const answer = await client.fetchProtectedResource(config, token, url, 'GET');
  return answer.json();
};
const active = async (token) => (await client.tokenIntrospection(config, token)).active;

const before = {
  product: await product(refreshed[app.bearer]),
  active: await active(refreshed.access_token),
};
await client.tokenRevocation(config, refreshed.refresh_token, { token_type_hint: 'refresh_token' });
write({
  subject,
  refreshedSubject: refreshed.claims().sub,
  rotated: refreshed.refresh_token !== tokens.refresh_token,
  userinfo,
  ...before,
  activeAfterRevocation: await active(refreshed.access_token),
});
process.exit();
