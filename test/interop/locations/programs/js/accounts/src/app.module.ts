import { Module } from '@nestjs/common';
import { AccountsController } from './accounts/accounts.controller';
import { AccountsService } from './accounts/accounts.service';
import { AccountsStore } from './accounts/accounts.store';
import { AuditController } from './audit/audit.controller';

@Module({
  controllers: [AccountsController, AuditController],
  providers: [AccountsService, AccountsStore],
})
export class AppModule {}
