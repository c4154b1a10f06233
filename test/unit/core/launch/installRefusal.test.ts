import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { installRefusal } from '../../../../src/core/launch/installRefusal.ts';
import { ENGLISH, refusalText } from '../../../../src/core/launch/refusalText.ts';

/** As pip 23 to 25, npm 10 and 11 and uv print them. */
const PIP_CONFLICT = `Looking in links: /opt/wheels
INFO: pip is looking at multiple versions of opentelemetry-proto to determine which version is compatible with other requirements.
ERROR: Cannot install opentelemetry-exporter-otlp-proto-http because these package versions have conflicting dependencies.

The conflict is caused by:
    opentelemetry-distro 0.49b0 depends on opentelemetry-api~=1.12
    opentelemetry-proto 1.28.0 depends on protobuf<6.0 and >=5.0
    The user requested (constraint) protobuf==3.20.0

To fix this you could try to:
1. loosen the range of package versions you've specified

ERROR: ResolutionImpossible: for help visit https://pip.pypa.io/en/latest/topics/dependency-resolution/#dealing-with-dependency-conflicts
`;
const PIP_UNDERSCORE = `
    opentelemetry-semantic-conventions 0.66b2 depends on typing-extensions>=4.5.0
    The user requested (constraint) typing_extensions==3.7.4
`;
const PIP_OFFLINE = `WARNING: Retrying (Retry(total=0, connect=None)) after connection broken by 'NewConnectionError("HTTPSConnection(host='pypi.example.org', port=443): Failed to establish a new connection: [Errno -2] Name or service not known")': /simple/opentelemetry-distro/
ERROR: Could not find a version that satisfies the requirement opentelemetry-distro>=0.41b0 (from versions: none)
ERROR: No matching distribution found for opentelemetry-distro>=0.41b0`;
const PIP_PROXY = `WARNING: Retrying (Retry(total=0)) after connection broken by 'ProxyError('Cannot connect to proxy.', NewConnectionError('<pip._vendor.urllib3.connection.HTTPSConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))': /simple/x/
ERROR: No matching distribution found for opentelemetry-distro`;
const NPM_OFFLINE = `npm error code ENOTFOUND
npm error syscall getaddrinfo
npm error network request to https://registry.example.org/@opentelemetry%2fsdk-node failed, reason: getaddrinfo ENOTFOUND registry.example.org
npm error network If you are behind a proxy, please make sure that the 'proxy' config is set properly.  See: 'npm help config'`;
const NPM_MISSING = `npm error code E404
npm error 404 Not Found - GET https://registry.example.org/@opentelemetry%2fnone
npm error 404  The requested resource '@opentelemetry/none@*' could not be found or you do not have permission to access it.`;
const UV_CONFLICT = `  × No solution found when resolving dependencies:
  ╰─▶ Because opentelemetry-proto==1.28.0 depends on protobuf>=5.0,<6.0 and
      you require protobuf==3.20.0, we can conclude that your requirements
      are unsatisfiable.
`;

const said = (output: string): string => refusalText(installRefusal(output), ENGLISH);

describe('why packages cannot be installed', () => {
  test('a version of the project stands in the way: which, and who wants another', () => {
    assert.deepEqual(installRefusal(PIP_CONFLICT), {
      kind: 'conflict',
      own: 'protobuf 3.20.0',
      needs: 'opentelemetry-proto 1.28.0 needs protobuf<6.0 and >=5.0',
    });
    assert.match(said(PIP_CONFLICT), /^the project has protobuf 3\.20\.0, but opentelemetry-proto 1\.28\.0 needs/);
    assert.match(said(PIP_UNDERSCORE), /has typing_extensions 3\.7\.4, but .* needs typing-extensions>=4\.5\.0/);
    assert.match(
      said(UV_CONFLICT),
      /^Because opentelemetry-proto==1\.28\.0 depends on protobuf>=5\.0,<6\.0 and you require/,
    );
  });

  test('the registry cannot be reached, though pip says last that there is no such package', () => {
    assert.deepEqual(installRefusal(PIP_OFFLINE), { kind: 'offline', host: 'pypi.example.org' });
    assert.deepEqual(installRefusal(NPM_OFFLINE), { kind: 'offline', host: 'registry.example.org' });
    assert.match(said(PIP_OFFLINE), /^pypi\.example\.org cannot be reached\. Check the network/);
  });

  test('a proxy, a certificate, a login, a full disk: each with what to do', () => {
    assert.equal(installRefusal(PIP_PROXY).kind, 'proxy');
    assert.match(said(PIP_PROXY), /HTTPS_PROXY/);
    assert.match(said('npm error code SELF_SIGNED_CERT_IN_CHAIN'), /NODE_EXTRA_CA_CERTS/);
    assert.match(said("SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED]"), /PIP_CERT/);
    assert.match(
      said('npm error code E401\nnpm error Incorrect password'),
      /^the registry wants a login: npm error code E401/,
    );
    assert.match(said('ERROR: HTTP error 403 while getting x\nERROR: 403 Client Error: Forbidden for url: y'), /login/);
    assert.match(
      said('ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device'),
      /^nothing can be written.*No space left/,
    );
  });

  test('there is no version of it', () => {
    assert.deepEqual(installRefusal('ERROR: No matching distribution found for opentelemetry-distro>=0.49b0 (x)'), {
      kind: 'noVersion',
      name: 'opentelemetry-distro>=0.49b0',
    });
    assert.deepEqual(installRefusal(NPM_MISSING), { kind: 'noVersion', name: '@opentelemetry/none@*' });
  });

  test('anything else is told in the installer’s own words, on one line of bounded length', () => {
    assert.equal(said('Collecting a\nERROR: it broke\n  ERROR: twice\n'), 'ERROR: it broke ERROR: twice');
    assert.equal(said('Traceback\nKeyError: 1'), 'KeyError: 1');
    assert.ok(said(`ERROR: ${'x'.repeat(5000)}`).length < 500);
    assert.equal(said(''), '');
  });
});
