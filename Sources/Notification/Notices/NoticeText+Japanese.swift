extension NoticeText {
    static let japanese: [NoticeKind: NoticeText] = [
        .invitation: japaneseMail(
            "{service} ユーザー登録受付メール",
            """
            {service}のユーザー登録の完了をお知らせします。
            ポータルご利用前に、以下のURLよりパスワード登録をお願いします。

            パスワード登録URL
            {link}

            有効期限: {expires}

            パスワード登録URLは一度だけ使えます。有効期限は上記のとおりです。
            有効期限が過ぎた場合は、ログイン画面の「パスワード再設定はこちら」からパスワード設定用URLを再取得いただけます。

            ログイン画面
            {portal}
            """),
        .passwordReset: japaneseMail(
            "{service} パスワード再設定のお知らせ",
            """
            パスワード再設定の申し込みを受け付けました。
            以下のURLから新しいパスワードを登録してください。

            パスワード再設定URL
            {link}

            有効期限: {expires}

            このURLは一度だけ使えます。お心当たりがない場合は、このメールを破棄してください。パスワードは変わりません。
            """),
        .mailCode: japaneseMail(
            "{service} メールワンタイムパスワード",
            """
            お客様のメールワンタイムパスワードをお知らせします。

            パスワード: {code}
            有効期限: {expires}

            お心当たりがない場合は、第三者がお客様のパスワードを知っているおそれがあります。パスワードを変更してください。
            """),
        .smsCode: .short("【{service}】認証コード {code}（{clock}まで有効）"),
        .passwordReissued: japaneseMail(
            "{service} パスワード初期化のお知らせ",
            """
            管理者がお客様のパスワードを初期化しました。

            日時: {moment}

            新しいパスワードは管理者からお受け取りください。次のログインの際に変更が必要です。
            """),
        .passwordChanged: japaneseMail(
            "{service} パスワード変更のお知らせ",
            """
            お客様のパスワードが変更されました。

            日時: {moment}

            お心当たりがない場合は、ログイン画面の「パスワード再設定はこちら」からすぐに再設定してください。

            ログイン画面
            {portal}
            """),
        .secondFactorReset: japaneseMail(
            "{service} 第2認証初期化のお知らせ",
            """
            管理者がお客様の第2認証を初期化しました。次のログインの際に、あらためて設定してください。

            日時: {moment}
            """),
        .locked: japaneseMail(
            "{service} アカウントロックのお知らせ",
            """
            認証の誤りが続いたため、お客様のアカウントをロックしました。

            ロック解除の予定: {moment}

            予定の時刻に自動で解除されます。お急ぎの場合は管理者にお申し出ください。
            お心当たりがない場合は、第三者がログインを試みたおそれがあります。
            """),
        .unlocked: japaneseMail(
            "{service} アカウントロック解除のお知らせ",
            """
            管理者がお客様のアカウントのロックを解除しました。

            日時: {moment}
            """),
        .mailTest: japaneseMail(
            "{service} 送信テスト",
            """
            メールの送信設定を確認するためのメールです。

            日時: {moment}
            """),
        .smsTest: .short("【{service}】送信テスト（{clock}）"),
    ]

    private static func japaneseMail(_ subject: String, _ body: String) -> NoticeText {
        .mail(
            subject, opening: "このメールは{service}から自動で送信しています。", body,
            closing: """
                ログインできないなどお困りの場合は、管理者にお問い合わせください。

                ■本メールは送信専用のメールアドレスで送信しております。
                本メールに返信いただいてもご回答いたしかねますので、あらかじめご了承ください。
                """)
    }
}
