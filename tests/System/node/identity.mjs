// An identity provider that is not ours: node identity.mjs PORT
// Tokens by client credentials; the id of a client is its name, and its roles stand after a colon: li:operator+approver. POST /rotate
// puts a new key before the one it had.
import http from 'node:http';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import Provider from 'oidc-provider';

const port = Number(process.argv[2]);
const issuer = `http://127.0.0.1:${port}`;
const api = 'urn:zhice';
const people = ['li:operator', 'wang:approver', 'app:app', 'node:analyst'];
const keys = [];

function rotate() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  keys.unshift({ ...privateKey.export({ format: 'jwk' }), kid: randomUUID(), use: 'sig', alg: 'RS256' });
  const provider = new Provider(issuer, {
    jwks: { keys },
    clients: people.map(person => ({
      client_id: person, client_secret: 'secret', grant_types: ['client_credentials'], redirect_uris: [], response_types: [],
    })),
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => api,
        getResourceServerInfo: () => ({ scope: '', audience: 'zhice', accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256', kid: keys[0].kid } } }),
      },
    },
    extraTokenClaims: (_, token) => ({ preferred_username: token.clientId.split(':')[0], roles: token.clientId.split(':')[1].split('+') }),
  });
  return provider.callback();
}

let answer = rotate();
http.createServer((request, response) => {
  if (request.method === 'POST' && request.url === '/rotate') {
    answer = rotate();
    response.end();
  } else {
    answer(request, response);
  }
}).listen(port, '127.0.0.1', () => console.log('ready'));
