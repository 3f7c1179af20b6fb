extension NoticeText {
    static let english: [NoticeKind: NoticeText] = [
        .invitation: englishMail(
            "{service}: your account is ready",
            """
            You have been registered as a user of {service}.
            Before you use it, please set a password at this address:

            {link}

            It works once, until {expires}.

            If it has expired, ask for a new one with "Reset your password" on the sign-in page:
            {portal}
            """),
        .passwordReset: englishMail(
            "{service}: reset your password",
            """
            Somebody has asked to reset the password of your account.
            Please set a new one at this address:

            {link}

            It works once, until {expires}.

            If it was not you, ignore this mail: your password stays as it is.
            """),
        .mailCode: englishMail(
            "{service}: your one-time password",
            """
            This is your one-time password.

            Password: {code}
            Valid until: {expires}

            If you are not signing in, somebody else may know your password: please change it.
            """),
        .smsCode: .short("{service}: your code is {code} (valid until {clock})"),
        .passwordReissued: englishMail(
            "{service}: your password was reset",
            """
            An administrator has given your account a new password.

            Time: {moment}

            The administrator will tell you the password. You have to change it when you next sign in.
            """),
        .passwordChanged: englishMail(
            "{service}: your password was changed",
            """
            The password of your account was changed.

            Time: {moment}

            If it was not you, reset it at once with "Reset your password" on the sign-in page:
            {portal}
            """),
        .secondFactorReset: englishMail(
            "{service}: your second factor was reset",
            """
            An administrator has reset the second factor of your account. You will set it up anew when you next sign in.

            Time: {moment}
            """),
        .locked: englishMail(
            "{service}: your account is locked",
            """
            Your account was locked, because sign-in failed too many times.

            Locked until: {moment}

            It unlocks by itself at that time. An administrator can unlock it earlier.
            If it was not you, somebody else may have tried to sign in.
            """),
        .unlocked: englishMail(
            "{service}: your account is unlocked",
            """
            An administrator has unlocked your account.

            Time: {moment}
            """),
        .mailTest: englishMail(
            "{service}: test",
            """
            This mail is a test of how mail is sent.

            Time: {moment}
            """),
        .smsTest: .short("{service}: test ({clock})"),
    ]

    private static func englishMail(_ subject: String, _ body: String) -> NoticeText {
        .mail(
            subject, opening: "This mail was sent automatically by {service}.", body,
            closing: """
                If you can't sign in, please ask your administrator.

                Please do not reply to this mail: the address only sends.
                """)
    }
}
