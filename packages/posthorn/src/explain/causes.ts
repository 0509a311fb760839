/** What is behind an error, and what to do about it. */
export interface CauseText {
  /** In plain words. */
  readonly meaning: string
  /** What most likely helps. */
  readonly fix: string
  /** True when another error in the chain of causes says more. */
  readonly vague?: true
}

/** By the code of an error: ours, Kafka's, or the system's. */
export const causes: Readonly<Record<string, CauseText>> = {
  // The way to the broker.
  BOOTSTRAP_RESOLUTION_FAILED: {
    meaning: 'None of the bootstrap names stands for an address.',
    fix: 'Correct the names, or look after DNS on this machine.',
    vague: true,
  },
  NAME_NOT_RESOLVED: {
    meaning: 'The name stands for no address on this machine.',
    fix: 'Check the spelling; if the name is one of a private network, run this inside of it or add it to DNS.',
  },
  ECONNREFUSED: {
    meaning: 'The machine is there, and nothing listens on the port.',
    fix: "Check the port against the broker's listeners, and that the broker runs.",
  },
  EHOSTUNREACH: {
    meaning: 'There is no route to the machine.',
    fix: 'Check the network between: VPN, peering, routes, firewall.',
  },
  ENETUNREACH: {
    meaning: 'There is no route to the network of the machine.',
    fix: 'Check the network between: VPN, peering, routes; for an IPv6 address, that IPv6 works here.',
  },
  ETIMEDOUT: {
    meaning: 'The machine does not answer at all.',
    fix: 'Most often a firewall or security group drops the packets: allow this machine to reach the port.',
  },
  CONNECTION_TIMEOUT: {
    meaning: 'No connection came about in time.',
    fix: 'Most often a firewall or security group drops the packets: allow this machine to reach the port.',
  },
  REQUEST_TIMED_OUT: {
    meaning: 'The connection stands, and the broker does not answer in time.',
    fix: 'Look at the load and the log of the broker; if the port is one of TLS, set security.protocol to SSL or SASL_SSL.',
  },
  CONNECTION_FAILED: {
    meaning: 'No connection could be opened.',
    fix: 'Check address, listener and firewall.',
    vague: true,
  },
  NETWORK_EXCEPTION: {
    meaning: 'The broker closed the connection instead of answering.',
    fix: 'Check that TLS and SASL are set as the listener expects; the log of the broker says why it closes connections.',
    vague: true,
  },
  ECONNRESET: {
    meaning: 'The other side broke the connection off.',
    fix: 'Check that TLS and SASL are set as the listener expects, and what stands between: proxies, load balancers.',
    vague: true,
  },
  METADATA_TIMEOUT: {
    meaning: 'Nothing was learnt of the topic in time.',
    fix: 'Run posthorn doctor with the same settings; it says which step fails.',
    vague: true,
  },

  // What is spoken on the port.
  SSL_EXPECTED: {
    meaning: 'The port speaks TLS, and we spoke plaintext to it.',
    fix: 'Set security.protocol=SSL or SASL_SSL (--tls, or transport: tls() in a program).',
  },
  SSL_NOT_SPOKEN: {
    meaning: 'The port does not speak TLS, and we did.',
    fix: 'Use the port of the TLS listener, or set security.protocol=PLAINTEXT or SASL_PLAINTEXT.',
  },
  NOT_KAFKA: {
    meaning: 'Something else than Kafka answers on the port.',
    fix: 'Check host and port: this is often a REST proxy, a console or a load balancer in front of the brokers.',
  },
  NO_ANSWER: {
    meaning: 'The port is open, and whoever is behind it does not answer as Kafka or TLS.',
    fix: 'Check the port; if it is right, a proxy may take connections for a broker that it cannot reach itself.',
  },
  UNSUPPORTED_VERSION: {
    meaning: 'The broker speaks no version of a request that we do.',
    fix: 'Brokers before Kafka 0.11 need the plugin @posthorn/legacy-brokers. If the broker closed the connection at once, the port may be one of TLS: run posthorn doctor.',
  },
  INVALID_FRAME: {
    meaning: "What arrives is not Kafka's protocol.",
    fix: 'Check host and port, and whether the listener speaks TLS.',
    vague: true,
  },

  // TLS.
  SSL_UNKNOWN_CA: {
    meaning: "The broker's certificate comes from an authority that is not trusted here.",
    fix: 'Give the certificate of that authority: --tls-ca FILE, ssl.truststore.location, or ca of tls().',
  },
  SSL_SELF_SIGNED_CERTIFICATE: {
    meaning: "The broker's certificate is signed by nobody but itself, and not trusted here.",
    fix: 'If it is the right one, give it as the authority: --tls-ca FILE, ssl.truststore.location, or ca of tls().',
  },
  SSL_CERTIFICATE_EXPIRED: {
    meaning: "The broker's certificate, or one above it, has expired.",
    fix: "Renew the broker's certificate; if it is new, look at the clock of this machine.",
  },
  SSL_CERTIFICATE_NOT_YET_VALID: {
    meaning: "The broker's certificate is not valid yet.",
    fix: 'Look at the clocks of both machines.',
  },
  SSL_CERTIFICATE_INVALID: {
    meaning: "The broker's certificate cannot be accepted.",
    fix: "Have the broker's certificate made anew; the message says what is wrong with it.",
  },
  SSL_HOST_NAME_MISMATCH: {
    meaning: "The broker's certificate is for other names than the one that was connected to.",
    fix: 'Connect by a name that is in the certificate, or have the name added to it (subjectAltName); advertised.listeners has to use such names too.',
  },
  SSL_CLIENT_CERTIFICATE_REQUIRED: {
    meaning: 'The broker demands a certificate of the client, and none is set.',
    fix: 'Give one: --tls-cert and --tls-key, ssl.keystore.location, or cert and key of tls().',
  },
  SSL_CLIENT_CERTIFICATE_REFUSED: {
    meaning: 'The broker does not accept our certificate.',
    fix: "Have it issued by an authority in the broker's truststore, and check that it has not expired.",
  },
  SSL_NO_COMMON_VERSION: {
    meaning: 'There is no version of TLS, or no cipher, that both sides speak.',
    fix: 'Allow TLS 1.2 or 1.3 on the broker (ssl.enabled.protocols), and leave ssl.cipher.suites to its default.',
  },
  SSL_AUTHENTICATION_FAILED: {
    meaning: 'The TLS handshake was refused.',
    fix: 'Check the certificates of both sides; the log of the broker says why it refuses.',
    vague: true,
  },
  SSL_HANDSHAKE_INTERRUPTED: {
    meaning: 'The connection was closed during the TLS handshake.',
    fix: 'Most often the port speaks plaintext: use the port of the TLS listener, or security.protocol=PLAINTEXT or SASL_PLAINTEXT.',
  },

  // SASL.
  SASL_EXPECTED: {
    meaning: 'The listener wants SASL, and no mechanism is set.',
    fix: 'Set security.protocol to SASL_SSL or SASL_PLAINTEXT, sasl.mechanism and sasl.jaas.config (--sasl, --username, --password-env).',
  },
  ILLEGAL_SASL_STATE: {
    meaning: 'The listener has no SASL, and we wanted to log in.',
    fix: 'Use the port of the SASL listener, or set security.protocol=SSL or PLAINTEXT.',
  },
  UNSUPPORTED_SASL_MECHANISM: {
    meaning: 'The listener does not offer this SASL mechanism.',
    fix: 'Set sasl.mechanism (--sasl) to one that it offers; the message lists them.',
  },
  SASL_AUTHENTICATION_FAILED: {
    meaning: 'The broker refuses who we say we are.',
    fix: 'Check user and password (or the token); with SCRAM, that the user was made for this very mechanism.',
  },

  // Permissions and topics.
  TOPIC_AUTHORIZATION_FAILED: {
    meaning: 'The user has no permission for the topic.',
    fix: 'Allow it to write: kafka-acls.sh --add --allow-principal User:NAME --operation Write --operation Describe --topic TOPIC',
  },
  CLUSTER_AUTHORIZATION_FAILED: {
    meaning: 'The user has no permission for this on the cluster.',
    fix: 'Allow it to write to a topic, which since Kafka 2.8 includes writing idempotently; before, allow IdempotentWrite on the cluster, or set enable.idempotence=false.',
  },
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: {
    meaning: 'The user has no permission for the transactional id.',
    fix: 'Allow it: kafka-acls.sh --add --allow-principal User:NAME --operation Write --transactional-id ID',
  },
  UNKNOWN_TOPIC_OR_PARTITION: {
    meaning: 'The topic does not exist, or the user may not know of it.',
    fix: 'Create it, check its spelling, or allow the user to describe it.',
  },
  INVALID_TOPIC_EXCEPTION: {
    meaning: 'No topic can have this name.',
    fix: 'Topics have up to 249 letters, digits, dots, dashes and underscores.',
  },
  LEADER_NOT_AVAILABLE: {
    meaning: 'A partition has no leader: none of the brokers that have it runs.',
    fix: 'Start the brokers that hold its replicas.',
  },
  NOT_ENOUGH_REPLICAS: {
    meaning: 'Fewer replicas are in sync than min.insync.replicas asks for.',
    fix: 'Start the brokers that hold the other replicas.',
  },
}
