/** An error that Posthorn itself reports, as an application sees it. */
export interface OwnError {
  /** Its class. */
  readonly class: string
  readonly retriable: boolean
  /** Absent: `recoverable`. */
  readonly severity?: 'abortable' | 'fatal'
  /** What has happened. */
  readonly meaning: string
  /** What the application may do about it. */
  readonly advice: string
}

/**
 * Every code of Posthorn's own, and Kafka's where Posthorn reports the error itself, without a broker's answer. The one
 * table that docs/errors.md is written from, together with Kafka's own (`packages/protocol/src/errorEntries.ts`).
 */
export const ownErrors: Readonly<Record<string, OwnError>> = {
  BOOTSTRAP_RESOLUTION_FAILED: {
    class: 'ConnectionError',
    retriable: false,
    severity: 'fatal',
    meaning: 'No name in `bootstrapServers` could be resolved within `bootstrapResolveTimeoutMs`.',
    advice:
      'Correct the names, or look after DNS, and make another producer. The `cause` is the latest `NAME_NOT_RESOLVED`.',
  },
  BUFFER_EXHAUSTED: {
    class: 'BufferExhaustedError',
    retriable: true,
    meaning:
      'There is no room for the record: `bufferMemory` is in use and so is `maxWaitingBytes`, or no memory came free in time.',
    advice:
      'Nothing was taken. Send more slowly: await `ready()`, or let `sendAll` or a stream do it. If it lasts, the brokers are too slow for the load, or the buffer too small.',
  },
  CHECKSUM_FAILED: {
    class: 'KafkaError',
    retriable: false,
    meaning: 'The checksum plugin threw.',
    advice: 'Nothing was sent. The `cause` is what it threw.',
  },
  COMPRESSION_FAILED: {
    class: 'KafkaError',
    retriable: false,
    meaning: 'The codec threw, or answered something that is not bytes.',
    advice: 'Nothing was sent. The `cause` is what it threw.',
  },
  CONNECTION_FAILED: {
    class: 'ConnectionError',
    retriable: true,
    meaning: 'No connection could be opened, or none that both sides understand.',
    advice:
      'The producer goes on trying. Check address, listener and firewall when it is the `cause` of another error.',
  },
  CONNECTION_TIMEOUT: {
    class: 'TimeoutError',
    retriable: true,
    meaning: 'A connection was not set up within `socketConnectionSetupTimeoutMs`.',
    advice: 'The producer goes on trying, with longer limits.',
  },
  CONVERSION_FAILED: {
    class: 'KafkaError',
    retriable: false,
    meaning: 'A batch could not be written in the format that an old broker needs.',
    advice: 'Nothing was sent. The `cause` says why.',
  },
  DELIVERY_TIMEOUT: {
    class: 'TimeoutError',
    retriable: true,
    meaning: 'The record was not stored within `deliveryTimeoutMs`, or within the `timeoutMs` of its `send`.',
    advice:
      'Look at `maybePersisted` before sending again. After the `timeoutMs` of `send` it is always true, because the record goes its way.',
  },
  INVALID_ARGUMENT: {
    class: 'RecordError',
    retriable: false,
    meaning: 'An argument, or a part of the record, is not what the call takes.',
    advice: 'The message names it. Nothing was taken.',
  },
  INVALID_CONFIG: {
    class: 'ConfigError',
    retriable: false,
    meaning: 'An option cannot be; the message names key, value and what was expected.',
    advice: 'Thrown by factories, before anything has begun. Correct the option.',
  },
  INVALID_FRAME: {
    class: 'ProtocolError',
    retriable: true,
    meaning: 'What arrived on a connection is not a frame of Kafka’s protocol.',
    advice: 'Bytes were damaged on the way. The producer connects anew; seen as a `cause`.',
  },
  INVALID_STATE: {
    class: 'StateError',
    retriable: false,
    meaning: 'The call is not allowed now.',
    advice: 'The message says what has to come first. From a plugin of your own it is a mistake in it.',
  },
  INVALID_TXN_STATE: {
    class: 'StateError, BrokerError',
    retriable: false,
    meaning:
      'The state of the transaction does not allow the call, or a coordinator says that it does not allow the request.',
    advice:
      'Of class `StateError`: nothing has changed; the message names the state and the calls that it allows. From a coordinator it is fatal: close the producer and make another one.',
  },
  MALFORMED_BATCH: {
    class: 'ProtocolError',
    retriable: false,
    meaning: 'A record batch that was read is damaged.',
    advice: 'The producer reads none; tools and tests do.',
  },
  MALFORMED_REQUEST: {
    class: 'ProtocolError',
    retriable: false,
    meaning: 'A request that the cluster in the process read is damaged.',
    advice: 'Seen with `@posthorn/testkit` alone.',
  },
  MALFORMED_RESPONSE: {
    class: 'ProtocolError',
    retriable: true,
    meaning: 'A broker’s answer is damaged, or lacks what was asked for.',
    advice: 'The connection is closed and the request sent again, while there is time; seen as a `cause`.',
  },
  MESSAGE_TOO_LARGE: {
    class: 'RecordError',
    retriable: false,
    meaning: 'The record is larger than `maxRequestSize` or `bufferMemory`, or than what the topic accepts.',
    advice: 'Make the record smaller, or raise `maxRequestSize` here and `max.message.bytes` of the topic.',
  },
  METADATA_TIMEOUT: {
    class: 'TimeoutError',
    retriable: true,
    meaning: 'Nothing was learnt of the topic, or of the partition that the record names, within `maxBlockMs`.',
    advice: 'Nothing was sent. The `cause` is the latest trouble: no broker to reach, no such topic, no permission.',
  },
  NAME_NOT_RESOLVED: {
    class: 'ConnectionError',
    retriable: true,
    meaning: 'The name of a broker could not be resolved.',
    advice: 'The producer goes on trying. Look after DNS when it is the `cause` of another error.',
  },
  NETWORK_EXCEPTION: {
    class: 'ConnectionError, BrokerError',
    retriable: true,
    meaning: 'The connection was lost before the answer came.',
    advice:
      'The producer has tried again while it could. Look at `maybePersisted`: the broker may have stored what it was sent.',
  },
  NOT_KAFKA: {
    class: 'ProtocolError',
    retriable: true,
    meaning: 'What answers on the port is not Kafka: an HTTP server, for example.',
    advice: 'Check host and port. The producer connects anew; seen as a `cause`.',
  },
  PARTITIONER_FAILED: {
    class: 'RecordError',
    retriable: false,
    meaning: 'The partitioner threw, or chose a partition that the topic does not have.',
    advice: 'Nothing was sent. The `cause` is what it threw.',
  },
  PRODUCER_CLOSED: {
    class: 'StateError',
    retriable: false,
    severity: 'fatal',
    meaning: 'The producer was closed: before the call, or before the record was delivered.',
    advice: 'Look at `maybePersisted` of a record that was on its way. Only another producer can send it.',
  },
  REQUEST_TIMED_OUT: {
    class: 'TimeoutError, BrokerError',
    retriable: true,
    meaning: 'A request was not answered within `requestTimeoutMs`, or the broker could not complete it in that time.',
    advice: 'The producer has tried again while it could. Look at `maybePersisted`.',
  },
  SEND_ABORTED: {
    class: 'KafkaError',
    retriable: true,
    meaning: 'A signal ended the wait for the outcome; the `cause` is its reason.',
    advice: 'With `maybePersisted` the record was on its way already and may be stored; without, it was not sent.',
  },
  SERIALIZATION_FAILED: {
    class: 'RecordError',
    retriable: false,
    meaning: 'A serializer refused the key or the value, or it is neither bytes, a string nor null.',
    advice: 'Nothing was sent. The `cause` is what the serializer threw.',
  },
  SERIALIZATION_TIMEOUT: {
    class: 'TimeoutError',
    retriable: true,
    meaning: 'An asynchronous serializer did not finish within `maxBlockMs`.',
    advice: 'Nothing was sent. Look at what the serializer waits for, such as a schema registry.',
  },
  SSL_AUTHENTICATION_FAILED: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker refuses the TLS handshake and does not say clearly why.',
    advice:
      'The message has its alert. Usually there is no cipher in common, or the broker demands a certificate of ours.',
  },
  SSL_CERTIFICATE_EXPIRED: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker’s certificate, or one above it, has expired.',
    advice: 'Renew it on the broker. The message says which and when.',
  },
  SSL_CERTIFICATE_INVALID: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker’s certificate cannot be accepted, for a reason without a code of its own.',
    advice: 'The message says what OpenSSL found: a signature, a purpose, a key that is too short.',
  },
  SSL_CERTIFICATE_NOT_YET_VALID: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker’s certificate, or one above it, is not valid yet.',
    advice: 'Look at the clocks, then at the certificate.',
  },
  SSL_CLIENT_CERTIFICATE_REFUSED: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker does not accept our certificate.',
    advice:
      'The message has its reason. Give a certificate that has not expired, of an authority in the truststore of the broker.',
  },
  SSL_CLIENT_CERTIFICATE_REQUIRED: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker demands a certificate of the client, and none is set.',
    advice: 'Give `cert` and `key`, or `pfx`, or use a listener without `ssl.client.auth=required`.',
  },
  SSL_CREDENTIALS_INVALID: {
    class: 'AuthenticationError',
    retriable: false,
    meaning:
      'What the function `credentials` gave cannot be used: a key that cannot be read, a wrong passphrase, a key of another certificate.',
    advice:
      'The message says which. It is asked anew by the next attempt. Options are checked by `tls()` itself, with `INVALID_CONFIG`.',
  },
  SSL_CREDENTIALS_UNAVAILABLE: {
    class: 'ConnectionError',
    retriable: true,
    meaning: 'The function `credentials` threw or rejected.',
    advice: 'The producer goes on trying; the `cause` is what it threw.',
  },
  SSL_EXPECTED: {
    class: 'ProtocolError',
    retriable: true,
    meaning: 'The broker answered plaintext with TLS: the port is one of a TLS listener.',
    advice: 'Use a transport that speaks TLS. The producer connects anew; seen as a `cause`.',
  },
  SSL_HANDSHAKE_FAILED: {
    class: 'ConnectionError',
    retriable: true,
    meaning: 'What came from the broker during the TLS handshake is damaged.',
    advice: 'The producer goes on trying. If it lasts, something on the way changes what is sent.',
  },
  SSL_HANDSHAKE_INTERRUPTED: {
    class: 'ConnectionError',
    retriable: true,
    meaning: 'The connection was closed during the TLS handshake.',
    advice:
      'The producer goes on trying. If it lasts, the port most likely belongs to a listener without TLS: a broker hangs up on bytes that are not of Kafka’s protocol.',
  },
  SSL_HOST_NAME_MISMATCH: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker’s certificate is for other names than the one that was connected to.',
    advice:
      'Connect by a name in the certificate, have brokers advertise one, or say which to expect with `servername`.',
  },
  SSL_NOT_SPOKEN: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'What answers at the port does not speak TLS.',
    advice: 'Use the port of an SSL or SASL_SSL listener, or leave out `tls`.',
  },
  SSL_NO_COMMON_VERSION: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The two sides speak no version of TLS, or no cipher, that the other does.',
    advice:
      'Look at `minVersion`, `maxVersion` and `ciphers` here, and at `ssl.enabled.protocols` and `ssl.cipher.suites` of the broker.',
  },
  SSL_SELF_SIGNED_CERTIFICATE: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker’s certificate is signed by itself, and not trusted.',
    advice: 'Give it as `ca`, once you have made sure that it is the right one.',
  },
  SSL_UNKNOWN_CA: {
    class: 'AuthenticationError',
    retriable: false,
    meaning: 'The broker’s certificate comes from an authority that is not trusted, or its chain is not whole.',
    advice:
      'Give the authority as `ca`; the message names it. Brokers have to send certificates in between themselves.',
  },
  TRANSACTION_ABORTED: {
    class: 'KafkaError',
    retriable: false,
    severity: 'abortable',
    meaning: 'The transaction was aborted before the record was sent.',
    advice:
      'Nothing more: you, or `run`, have aborted. Send the record again in another transaction if it is to count.',
  },
  TRANSACTION_TIMEOUT: {
    class: 'TimeoutError',
    retriable: true,
    meaning: '`init`, `commit`, `abort` or `sendOffsets` was not over within `maxBlockMs`. The work goes on.',
    advice:
      'Call the same again to wait for it; no other call is allowed before. After `sendOffsets`, go on to `commit` or `abort`.',
  },
}
