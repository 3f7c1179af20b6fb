extension ControlSchema {
    /// In which language an administrator ID or a login ID is told something. A portal user has theirs in the profile.
    static let languages = """
        ALTER TABLE account ADD COLUMN language TEXT
            CHECK (language IS NULL OR language IN ('ja', 'en') AND kind <> 'portal-user');

        """
}
