import Directory

extension ControlSchema {
    /// When forwarding rules apply, and which days are holidays.
    static let schedules = forwardingSchedules + holidays

    /// A rule without a row applies at any time. `days` has bit 0 for Monday to bit 6 for Sunday.
    private static let forwardingSchedules =
        """
        CREATE TABLE forwarding_schedule (
            number_id INTEGER NOT NULL,
            condition TEXT NOT NULL,
            from_minute INTEGER CHECK (from_minute BETWEEN 0 AND 1439),
            to_minute INTEGER CHECK (to_minute BETWEEN 1 AND 1440),
            days INTEGER NOT NULL DEFAULT 127 CHECK (days BETWEEN 0 AND 127),
            holidays TEXT NOT NULL DEFAULT 'as-weekday' CHECK (holidays IN ('as-weekday', 'included', 'excluded')),
            ends_at INTEGER,
            PRIMARY KEY (number_id, condition),
            FOREIGN KEY (number_id, condition) REFERENCES forwarding_rule (number_id, condition) ON DELETE CASCADE,
            CHECK ((from_minute IS NULL) = (to_minute IS NULL)),
            CHECK (from_minute <> to_minute),
            CHECK (days > 0 OR holidays = 'included')
        ) STRICT, WITHOUT ROWID;

        """
        + feedTriggers(
            "forwarding_schedule", object: "number", key: "(SELECT canonical FROM number WHERE id = %.number_id)")

    /// `by_law` tells the days of the Act on National Holidays from those that an office has added for itself: a new
    /// table of the former leaves the latter alone.
    private static let holidays =
        """
        CREATE TABLE holiday (
            day TEXT NOT NULL PRIMARY KEY CHECK (length(day) = 10 AND date(day, '+0 days') IS day),
            name TEXT NOT NULL CHECK (length(name) BETWEEN 1 AND 64 AND name = trim(name)),
            by_law INTEGER NOT NULL CHECK (by_law IN (0, 1))
        ) STRICT, WITHOUT ROWID;
        INSERT INTO holiday (day, name, by_law) VALUES

        """
        + JapaneseHolidays.days.map { "    ('\($0.day)', '\($0.name)', 1)" }.joined(separator: ",\n") + ";\n"
        + feedTriggers("holiday", object: "setting", key: "'holidays'")
}

/// National holidays of Japan as they were announced when the schema was made: 国民の祝日 with their substitutes
/// (振替休日) and the day between two of them (国民の休日). Later years come with the Cabinet Office's table
/// (`tsunagi holiday import`).
enum JapaneseHolidays {
    static let days: [(day: String, name: String)] = [
        ("2025-01-01", "元日"), ("2025-01-13", "成人の日"), ("2025-02-11", "建国記念の日"),
        ("2025-02-23", "天皇誕生日"), ("2025-02-24", "休日"), ("2025-03-20", "春分の日"),
        ("2025-04-29", "昭和の日"), ("2025-05-03", "憲法記念日"), ("2025-05-04", "みどりの日"),
        ("2025-05-05", "こどもの日"), ("2025-05-06", "休日"), ("2025-07-21", "海の日"),
        ("2025-08-11", "山の日"), ("2025-09-15", "敬老の日"), ("2025-09-23", "秋分の日"),
        ("2025-10-13", "スポーツの日"), ("2025-11-03", "文化の日"), ("2025-11-23", "勤労感謝の日"),
        ("2025-11-24", "休日"),
        ("2026-01-01", "元日"), ("2026-01-12", "成人の日"), ("2026-02-11", "建国記念の日"),
        ("2026-02-23", "天皇誕生日"), ("2026-03-20", "春分の日"), ("2026-04-29", "昭和の日"),
        ("2026-05-03", "憲法記念日"), ("2026-05-04", "みどりの日"), ("2026-05-05", "こどもの日"),
        ("2026-05-06", "休日"), ("2026-07-20", "海の日"), ("2026-08-11", "山の日"),
        ("2026-09-21", "敬老の日"), ("2026-09-22", "休日"), ("2026-09-23", "秋分の日"),
        ("2026-10-12", "スポーツの日"), ("2026-11-03", "文化の日"), ("2026-11-23", "勤労感謝の日"),
        ("2027-01-01", "元日"), ("2027-01-11", "成人の日"), ("2027-02-11", "建国記念の日"),
        ("2027-02-23", "天皇誕生日"), ("2027-03-21", "春分の日"), ("2027-03-22", "休日"),
        ("2027-04-29", "昭和の日"), ("2027-05-03", "憲法記念日"), ("2027-05-04", "みどりの日"),
        ("2027-05-05", "こどもの日"), ("2027-07-19", "海の日"), ("2027-08-11", "山の日"),
        ("2027-09-20", "敬老の日"), ("2027-09-23", "秋分の日"), ("2027-10-11", "スポーツの日"),
        ("2027-11-03", "文化の日"), ("2027-11-23", "勤労感謝の日"),
    ]
}
