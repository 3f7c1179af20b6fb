extension ControlSchema {
    /// Who has contracted what, and which numbers belong to it. Nothing that numbers stand under can be removed.
    static let contracts = companies + voiceGroups + contractedNumbers + options + contractFeed

    /// The kinds of service are rows, so that another can be added without a release. Whether a contract has voice
    /// groups comes from its kind: the composite keys below hold the one to the other.
    private static let companies = """
        CREATE TABLE option_service (
            option TEXT NOT NULL PRIMARY KEY CHECK (length(option) BETWEEN 1 AND 32),
            name_ja TEXT NOT NULL CHECK (length(name_ja) BETWEEN 1 AND 64),
            name_en TEXT NOT NULL CHECK (length(name_en) BETWEEN 1 AND 64)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO option_service (option, name_ja, name_en) VALUES
            ('forwarding', '転送・留守番サービス', 'Call forwarding'),
            ('anonymous-rejection', '番号非通知拒否サービス', 'Anonymous call rejection'),
            ('message-box', 'メッセージボックス', 'Message box'),
            ('members-net', 'メンバーズネット', 'Members net');
        CREATE TABLE service_kind (
            kind TEXT NOT NULL PRIMARY KEY CHECK (length(kind) BETWEEN 1 AND 32),
            name_ja TEXT NOT NULL CHECK (length(name_ja) BETWEEN 1 AND 64),
            name_en TEXT NOT NULL CHECK (length(name_en) BETWEEN 1 AND 64),
            has_voice_group INTEGER NOT NULL CHECK (has_voice_group IN (0, 1)),
            voicemail_option TEXT NOT NULL CHECK (voicemail_option IN ('forwarding', 'message-box')),
            UNIQUE (kind, has_voice_group)
        ) STRICT, WITHOUT ROWID;
        INSERT INTO service_kind (kind, name_ja, name_en, has_voice_group, voicemail_option) VALUES
            ('dotphone-office', 'OCNドットフォン オフィス', 'OCN .Phone Office', 0, 'forwarding'),
            ('ip-voice', 'Arcstar IP Voice', 'Arcstar IP Voice', 1, 'message-box'),
            ('smart-pbx', 'Arcstar Smart PBX', 'Arcstar Smart PBX', 0, 'message-box');
        CREATE TABLE company (
            id INTEGER PRIMARY KEY,
            name TEXT NOT NULL UNIQUE CHECK (length(name) BETWEEN 1 AND 100 AND name = trim(name)),
            created_at INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE contract (
            id INTEGER PRIMARY KEY,
            company_id INTEGER NOT NULL REFERENCES company (id) ON DELETE RESTRICT,
            kind TEXT NOT NULL,
            has_voice_group INTEGER NOT NULL,
            number TEXT NOT NULL UNIQUE CHECK (length(number) BETWEEN 2 AND 32 AND number NOT GLOB '*[^0-9A-Z-]*'),
            opened_on TEXT
                CHECK (opened_on IS NULL OR (length(opened_on) = 10 AND date(opened_on, '+0 days') IS opened_on)),
            created_at INTEGER NOT NULL,
            UNIQUE (id, has_voice_group),
            FOREIGN KEY (kind, has_voice_group) REFERENCES service_kind (kind, has_voice_group),
            CHECK (has_voice_group = (number GLOB 'Y[0-9]*' AND substr(number, 2) NOT GLOB '*[^0-9]*')),
            CHECK (number NOT GLOB 'N[0-9]*' OR substr(number, 2) GLOB '*[^0-9]*')
        ) STRICT;
        CREATE INDEX contract_by_company ON contract (company_id);

        """

    private static let voiceGroups = """
        CREATE TABLE site (
            id INTEGER PRIMARY KEY,
            contract_id INTEGER NOT NULL,
            has_voice_group INTEGER NOT NULL DEFAULT 1 CHECK (has_voice_group = 1),
            code TEXT NOT NULL CHECK (length(code) BETWEEN 1 AND 32 AND code NOT GLOB '*[^0-9A-Z-]*'),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 100 AND name = trim(name)),
            is_representative INTEGER NOT NULL DEFAULT 0 CHECK (is_representative IN (0, 1)),
            UNIQUE (contract_id, code),
            UNIQUE (id, contract_id),
            FOREIGN KEY (contract_id, has_voice_group) REFERENCES contract (id, has_voice_group) ON DELETE RESTRICT
        ) STRICT;
        CREATE UNIQUE INDEX site_representative ON site (contract_id) WHERE is_representative = 1;
        CREATE TABLE voice_contract (
            id INTEGER PRIMARY KEY,
            contract_id INTEGER NOT NULL,
            site_id INTEGER NOT NULL,
            number TEXT NOT NULL UNIQUE
                CHECK (length(number) <= 32 AND number GLOB 'N[0-9]*' AND substr(number, 2) NOT GLOB '*[^0-9]*'),
            UNIQUE (id, contract_id),
            FOREIGN KEY (site_id, contract_id) REFERENCES site (id, contract_id) ON DELETE RESTRICT
        ) STRICT;
        CREATE INDEX voice_contract_by_site ON voice_contract (site_id);

        """

    /// A number of a voice group stands under one of its voice contracts, any other under the contract itself.
    private static let contractedNumbers = """
        CREATE TABLE contracted_number (
            number_id INTEGER PRIMARY KEY REFERENCES number (id) ON DELETE CASCADE,
            contract_id INTEGER NOT NULL,
            has_voice_group INTEGER NOT NULL,
            voice_contract_id INTEGER,
            kind TEXT NOT NULL CHECK (kind IN ('pilot', 'direct-dial', 'multiple')),
            FOREIGN KEY (contract_id, has_voice_group) REFERENCES contract (id, has_voice_group) ON DELETE RESTRICT,
            FOREIGN KEY (voice_contract_id, contract_id) REFERENCES voice_contract (id, contract_id)
                ON DELETE RESTRICT,
            CHECK (has_voice_group = (voice_contract_id IS NOT NULL))
        ) STRICT;
        CREATE INDEX contracted_number_by_contract ON contracted_number (contract_id);
        CREATE INDEX contracted_number_by_voice_contract ON contracted_number (voice_contract_id);
        CREATE UNIQUE INDEX contracted_number_pilot ON contracted_number (voice_contract_id) WHERE kind = 'pilot';

        """

    /// A number has the options of its contract, but for those that are withheld from it.
    private static let options = """
        CREATE TABLE contract_option (
            contract_id INTEGER NOT NULL REFERENCES contract (id) ON DELETE CASCADE,
            option TEXT NOT NULL REFERENCES option_service (option),
            PRIMARY KEY (contract_id, option)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE withheld_option (
            number_id INTEGER NOT NULL REFERENCES contracted_number (number_id) ON DELETE CASCADE,
            option TEXT NOT NULL REFERENCES option_service (option),
            PRIMARY KEY (number_id, option)
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW number_option (number_id, option) AS
            SELECT a.number_id, o.option FROM contracted_number a JOIN contract_option o USING (contract_id)
            WHERE NOT EXISTS (
                SELECT 1 FROM withheld_option w WHERE w.number_id = a.number_id AND w.option = o.option);

        """

    private static let contractFeed =
        numberFeed("contracted_number", "INSERT", where: "id = NEW.number_id")
        + numberFeed("contracted_number", "UPDATE", where: "id IN (OLD.number_id, NEW.number_id)")
        + numberFeed("contracted_number", "DELETE", where: "id = OLD.number_id")
        + numberFeed("withheld_option", "INSERT", where: "id = NEW.number_id")
        + numberFeed("withheld_option", "UPDATE", where: "id IN (OLD.number_id, NEW.number_id)")
        + numberFeed("withheld_option", "DELETE", where: "id = OLD.number_id")
        + numberFeed("contract_option", "INSERT", where: numbers(under: "contract_id = NEW.contract_id"))
        + numberFeed(
            "contract_option", "UPDATE", where: numbers(under: "contract_id IN (OLD.contract_id, NEW.contract_id)"))
        + numberFeed("contract_option", "DELETE", where: numbers(under: "contract_id = OLD.contract_id"))
        + numberFeed("contract", "UPDATE", where: numbers(under: "contract_id IN (OLD.id, NEW.id)"))
        + numberFeed(
            "service_kind", "UPDATE",
            where: numbers(under: "contract_id IN (SELECT id FROM contract WHERE kind IN (OLD.kind, NEW.kind))"))

    private static func numbers(under condition: String) -> String {
        "id IN (SELECT number_id FROM contracted_number WHERE \(condition))"
    }

    /// What routing reads of a number depends on rows above it: a change of theirs is one of every number below.
    private static func numberFeed(_ table: String, _ event: String, where condition: String) -> String {
        """
        CREATE TRIGGER \(table)_feeds_numbers_on_\(event.lowercased()) AFTER \(event) ON \(table)
        BEGIN
            DELETE FROM change WHERE object = 'number' AND key IN (SELECT canonical FROM number WHERE \(condition));
            INSERT INTO change (object, key) SELECT 'number', canonical FROM number WHERE \(condition);
        END;

        """
    }
}
