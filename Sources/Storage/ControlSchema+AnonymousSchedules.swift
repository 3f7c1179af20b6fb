extension ControlSchema {
    /// When calls without a caller's number are turned away. A number without a row does so at any time; where no reason is
    /// left, there is nothing that could have a schedule. `days` has bit 0 for Monday to bit 6 for Sunday.
    static let anonymousSchedules =
        """
        CREATE TABLE anonymous_schedule (
            number_id INTEGER PRIMARY KEY REFERENCES number (id) ON DELETE CASCADE,
            from_minute INTEGER CHECK (from_minute BETWEEN 0 AND 1439),
            to_minute INTEGER CHECK (to_minute BETWEEN 1 AND 1440),
            days INTEGER NOT NULL DEFAULT 127 CHECK (days BETWEEN 0 AND 127),
            holidays TEXT NOT NULL DEFAULT 'as-weekday' CHECK (holidays IN ('as-weekday', 'included', 'excluded')),
            ends_at INTEGER,
            CHECK ((from_minute IS NULL) = (to_minute IS NULL)),
            CHECK (from_minute <> to_minute),
            CHECK (days > 0 OR holidays = 'included')
        ) STRICT;
        CREATE TRIGGER anonymous_schedule_of_nothing BEFORE INSERT ON anonymous_schedule
        WHEN NOT EXISTS (SELECT 1 FROM anonymous_rejection WHERE number_id = NEW.number_id)
        BEGIN
            SELECT RAISE(ABORT, 'a number that turns away no anonymous calls has no schedule for it');
        END;
        CREATE TRIGGER anonymous_schedule_goes AFTER DELETE ON anonymous_rejection
        WHEN NOT EXISTS (SELECT 1 FROM anonymous_rejection WHERE number_id = OLD.number_id)
        BEGIN
            DELETE FROM anonymous_schedule WHERE number_id = OLD.number_id;
        END;

        """
        + feedTriggers(
            "anonymous_schedule", object: "number", key: "(SELECT canonical FROM number WHERE id = %.number_id)")
}
