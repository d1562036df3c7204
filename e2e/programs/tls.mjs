// @ts-check
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { python } from 'nogil';

const SOURCE = `
import socket, ssl, threading

def echo(listener, context):
    connection, _ = listener.accept()
    with context.wrap_socket(connection, server_side=True) as stream:
        while data := stream.recv(65536):
            stream.sendall(data)

def exchange(certificate, key, data):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate, key)
    client = ssl.create_default_context(cafile=certificate)
    with socket.create_server(('127.0.0.1', 0)) as listener:
        listener.settimeout(30)
        thread = threading.Thread(target=echo, args=(listener, server))
        thread.start()
        with socket.create_connection(listener.getsockname(), timeout=30) as plain:
            with client.wrap_socket(plain, server_hostname='127.0.0.1') as stream:
                version = stream.version()
                stream.sendall(data)
                received = b''
                while len(received) < len(data):
                    received += stream.recv(65536)
        thread.join(30)
        assert not thread.is_alive()
    return version, received == bytes(data)
`;

export default function tls() {
  const globals = python.eval('{}');
  python.run(SOURCE, { globals });
  const data = Buffer.alloc(200_000, 'nogil');
  const result = python.import('operator').itemgetter('exchange')(globals)(
    pathOf('test-only-certificate.pem'),
    pathOf('test-only-key.pem'),
    data,
  );
  assert.deepEqual([...result], ['TLSv1.3', true]);
}

/** @param {string} name */
function pathOf(name) {
  return fileURLToPath(new URL(`../certificates/${name}`, import.meta.url));
}
