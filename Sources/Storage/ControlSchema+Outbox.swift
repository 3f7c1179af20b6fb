extension ControlSchema {
    /// Mails and short messages on their way out.
    ///
    /// They stand here and not in `runtime.db`, because a message is written in the transaction of the change that it
    /// tells of: an invitation goes out if and only if its account is there, and no crash comes between the two. A
    /// commit of the sender makes routing look at the change feed, and find nothing.
    ///
    /// What is settled stays settled, whoever writes: a message that has been sent can't go back into the line.
    ///
    /// How many may wait is counted by channel, and codes apart: a mail server that is down fills no line but its own,
    /// and keeps nobody from signing in. A code is what expires and is never repeated.
    static let outbox = """
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            event TEXT NOT NULL UNIQUE CHECK (length(event) BETWEEN 1 AND 200),
            kind TEXT NOT NULL CHECK (length(kind) BETWEEN 1 AND 32 AND kind NOT GLOB '*[^a-z-]*'),
            channel TEXT NOT NULL CHECK (channel IN ('mail', 'sms')),
            recipient TEXT NOT NULL CHECK (length(recipient) BETWEEN 3 AND 254 AND recipient NOT GLOB '*[^!-~]*'),
            language TEXT NOT NULL CHECK (language IN ('ja', 'en')),
            subject TEXT NOT NULL
                CHECK (length(subject) <= 200 AND instr(subject, char(10)) = 0 AND instr(subject, char(13)) = 0),
            body TEXT CHECK (length(body) BETWEEN 1 AND 20000),
            is_secret INTEGER NOT NULL CHECK (is_secret IN (0, 1)),
            is_repeatable INTEGER NOT NULL CHECK (is_repeatable IN (0, 1)),
            created_at INTEGER NOT NULL,
            queued_at INTEGER NOT NULL,
            expires_at INTEGER,
            state TEXT NOT NULL
                CHECK (state IN ('waiting', 'sending', 'sent', 'kept', 'failed', 'expired', 'discarded')),
            attempts INTEGER NOT NULL DEFAULT 0 CHECK (attempts >= 0),
            next_attempt_at INTEGER,
            last_error TEXT,
            settled_at INTEGER,
            may_have_arrived INTEGER NOT NULL DEFAULT 0 CHECK (may_have_arrived IN (0, 1)),
            is_code INTEGER NOT NULL GENERATED ALWAYS AS (is_repeatable = 0 AND expires_at IS NOT NULL) VIRTUAL,
            CHECK (CASE channel
                WHEN 'mail' THEN recipient GLOB '?*@?*'
                ELSE length(recipient) <= 20 AND ltrim(recipient, '+') NOT GLOB '*[^0-9]*' END),
            CHECK (body IS NOT NULL OR (is_secret = 1 AND state NOT IN ('waiting', 'sending'))),
            CHECK ((state = 'waiting') = (next_attempt_at IS NOT NULL)),
            CHECK ((state IN ('waiting', 'sending')) = (settled_at IS NULL)),
            CHECK (may_have_arrived = 0 OR state NOT IN ('waiting', 'sending', 'sent', 'kept'))
        ) STRICT;
        CREATE INDEX outbox_waiting ON outbox (channel, next_attempt_at, id) WHERE state = 'waiting';
        CREATE INDEX outbox_line ON outbox (channel, is_code) WHERE state = 'waiting';
        CREATE INDEX outbox_sending ON outbox (channel, id) WHERE state = 'sending';
        CREATE INDEX outbox_expiring ON outbox (channel, expires_at)
            WHERE expires_at IS NOT NULL AND state IN ('waiting', 'failed');
        CREATE INDEX outbox_kept_secrets ON outbox (channel, expires_at)
            WHERE expires_at IS NOT NULL AND state = 'kept' AND is_secret = 1 AND body IS NOT NULL;
        CREATE INDEX outbox_settled ON outbox (settled_at) WHERE settled_at IS NOT NULL;
        CREATE TABLE outbox_dropped (
            channel TEXT NOT NULL PRIMARY KEY CHECK (channel IN ('mail', 'sms')),
            count INTEGER NOT NULL CHECK (count > 0)
        ) STRICT, WITHOUT ROWID;
        CREATE TRIGGER outbox_limit BEFORE INSERT ON outbox
        WHEN (NEW.is_repeatable = 1 OR NEW.expires_at IS NULL)
            AND (SELECT count(*) FROM outbox WHERE state = 'waiting' AND channel = NEW.channel AND is_code = 0) >= 20000
        BEGIN
            SELECT RAISE(ABORT,
                'the outbox holds 20000 messages of a channel that wait to be sent: see "tsunagi outbox list"');
        END;
        CREATE TRIGGER outbox_code_limit BEFORE INSERT ON outbox
        WHEN NEW.is_repeatable = 0 AND NEW.expires_at IS NOT NULL
            AND (SELECT count(*) FROM outbox WHERE state = 'waiting' AND channel = NEW.channel AND is_code = 1) >= 100000
        BEGIN
            SELECT RAISE(ABORT,
                'the outbox holds 100000 codes of a channel that wait to be sent: see "tsunagi outbox list"');
        END;
        CREATE TRIGGER outbox_is_settled_once BEFORE UPDATE OF state ON outbox
        WHEN OLD.state IN ('sent', 'kept', 'expired', 'discarded') AND NEW.state <> OLD.state
        BEGIN
            SELECT RAISE(ABORT, 'a message that is settled does not go out again');
        END;
        CREATE TRIGGER outbox_is_unaltered
        BEFORE UPDATE OF id, event, kind, channel, recipient, subject, created_at ON outbox
        BEGIN
            SELECT RAISE(ABORT, 'a message in the outbox is not altered');
        END;
        CREATE TRIGGER outbox_body_is_unaltered BEFORE UPDATE OF body ON outbox
        WHEN NEW.body IS NOT NULL AND NEW.body IS NOT OLD.body
        BEGIN
            SELECT RAISE(ABORT, 'a message in the outbox is not altered');
        END;

        """
}
