extension ControlSchema {
    /// When an account was signed in to last, and with each session the sign-in before it: what a person is shown, so that
    /// one that was not theirs is noticed.
    static let lastSignIns = """
        ALTER TABLE account ADD COLUMN signed_in_at INTEGER;
        ALTER TABLE session ADD COLUMN former_at INTEGER;

        """
}
