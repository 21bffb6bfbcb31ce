// An OpenID Connect provider of others, for the tests: port, and where people are sent back to.
import Provider from 'oidc-provider';

const [port, back] = process.argv.slice(2);
const person = { name: '样例甲', citizen_id: '119999199003070131' };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [{
    client_id: 'yinzheng',
    client_secret: 'a secret: of/tests+ and spaces',
    redirect_uris: [back],
    grant_types: ['authorization_code'],
    response_types: ['code'],
  }],
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  claims: { openid: ['sub'], profile: ['name', 'citizen_id'] },
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, ...person }) }),
  cookies: { keys: ['of the tests'] },
});
provider.listen(Number(port), '127.0.0.1');
